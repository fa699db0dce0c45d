-- servers: mysql
USE `awkward`
-- next
CREATE TABLE `fk_named` (`id` int NOT NULL PRIMARY KEY, `b` int, CONSTRAINT `to ``b```  FOREIGN KEY (`b`) REFERENCES `fk_b` (`id`) ON DELETE SET NULL)
-- next
CREATE TABLE `archived` (`id` int NOT NULL AUTO_INCREMENT, `v` varchar(200), PRIMARY KEY (`id`)) ENGINE=ARCHIVE
-- next
INSERT INTO `archived` VALUES (1, 'é'), (20, REPEAT('x', 200))
-- next
CREATE TABLE `black hole` (`id` int PRIMARY KEY, `v` text) ENGINE=BLACKHOLE
-- next
CREATE TABLE `merge_part` (`id` int NOT NULL, `v` int, KEY (`id`)) ENGINE=MyISAM
-- next
CREATE TABLE `merged` (`id` int NOT NULL, `v` int, KEY (`id`)) ENGINE=MRG_MyISAM UNION=(`merge_part`) INSERT_METHOD=LAST
-- next
INSERT INTO `merge_part` VALUES (1, 1), (2, 2)
-- next
CREATE TABLE `documents computed` (`id` int NOT NULL PRIMARY KEY, `j` json NOT NULL, `n` varchar(20) GENERATED ALWAYS AS (json_unquote(json_extract(`j`, '$.name'))) VIRTUAL, `k` int AS (`j`->'$.k') STORED, KEY (`n`), KEY (`k`))
-- next
INSERT INTO `documents computed` (`id`, `j`) VALUES (1, '{"name": "Größe", "k": 3}'), (2, '{"name": null}')
-- next
CREATE TABLE `squeezed pages` (`id` int PRIMARY KEY, `t` text) ENGINE=InnoDB COMPRESSION='zlib'
-- next
INSERT INTO `squeezed pages` VALUES (1, REPEAT('squeeze ', 1000))
-- next
CREATE TABLESPACE `awkward space` ADD DATAFILE 'awkward_space.ibd' ENGINE=InnoDB
-- next
CREATE TABLE `in a tablespace` (`id` int PRIMARY KEY) TABLESPACE `awkward space`
-- next
INSERT INTO `in a tablespace` VALUES (1)
-- next
CREATE TABLE `in the system tablespace` (`id` int PRIMARY KEY) TABLESPACE `innodb_system`
-- next
INSERT INTO `in the system tablespace` VALUES (1)
-- next
CREATE USER 'sha256'@'%' IDENTIFIED WITH sha256_password BY 'long enough'
-- next
GRANT EXECUTE ON PROCEDURE `Ünï "q" 'a' ``b`` d.o/t 日本`.`pr ``q`` "d" 's' a.b ä` TO ''@'192.0.2.%'
