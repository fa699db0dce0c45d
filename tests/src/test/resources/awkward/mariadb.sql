-- servers: mariadb
USE `awkward`
-- next
CREATE TABLE `an aria` (`id` int NOT NULL AUTO_INCREMENT, `t` varchar(50), PRIMARY KEY (`id`)) ENGINE=Aria TRANSACTIONAL=1 PAGE_CHECKSUM=1 AUTO_INCREMENT=70
-- next
INSERT INTO `an aria` VALUES (1, 'é'), (60, NULL)
-- next
CREATE TABLE `an aria without transactions` (`id` int, `t` varchar(50)) ENGINE=Aria TRANSACTIONAL=0 ROW_FORMAT=DYNAMIC
-- next
INSERT INTO `an aria without transactions` VALUES (1, 'é'), (1, 'é')
-- next
CREATE TABLE `squeezed pages` (`id` int PRIMARY KEY, `t` text) ENGINE=InnoDB PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=4
-- next
INSERT INTO `squeezed pages` VALUES (1, REPEAT('squeeze ', 1000))
-- next
CREATE TABLE `squeezed columns` (`id` int PRIMARY KEY, `t` text COMPRESSED, `b` varbinary(5000) COMPRESSED NOT NULL, `v` varchar(500) CHARACTER SET latin1 COMPRESSED)
-- next
INSERT INTO `squeezed columns` VALUES (1, REPEAT('Größe ', 1000), REPEAT(0x00FF27, 1000), REPEAT('Größe ', 50)), (2, NULL, '', NULL)
-- next
CREATE TABLE `addresses` (`id` int PRIMARY KEY, `u` uuid, `six` inet6 DEFAULT '::1', `four` inet4, KEY (`u`), UNIQUE KEY (`six`))
-- next
INSERT INTO `addresses` VALUES (1, '123e4567-e89b-12d3-a456-426655440000', '2001:db8::ff00:42:8329', '192.0.2.1'), (2, NULL, NULL, NULL), (3, 'ffffffff-ffff-ffff-ffff-ffffffffffff', '::ffff:192.0.2.128', '255.255.255.255'), (4, '00000000-0000-0000-0000-000000000000', '::', '0.0.0.0')
-- next
CREATE TABLE `key of an uuid` (`u` uuid NOT NULL DEFAULT uuid() PRIMARY KEY, `v` int)
-- next
INSERT INTO `key of an uuid` VALUES ('123e4567-e89b-12d3-a456-426655440000', 1), ('00000000-0000-0000-0000-00000000005c', 2)
-- next
CREATE TABLE `default expressions` (`id` int NOT NULL AUTO_INCREMENT, `t` text DEFAULT concat('it''s ', 'Größe'), `n` double DEFAULT (rand() * 2), `b` blob DEFAULT 0x00FF, `d` datetime(6) DEFAULT (current_timestamp(6) + interval 1 day), PRIMARY KEY (`id`))
-- next
INSERT INTO `default expressions` () VALUES (), ()
-- next
CREATE TABLE `unseen columns` (`id` int NOT NULL AUTO_INCREMENT INVISIBLE, `a` int, `hidden` varchar(20) INVISIBLE DEFAULT 'it''s', `g` int AS (`a` + 1) VIRTUAL INVISIBLE, PRIMARY KEY (`id`))
-- next
INSERT INTO `unseen columns` (`id`, `a`, `hidden`) VALUES (3, 1, 'é'), (7, 2, NULL)
-- next
CREATE TABLE `checked` (`id` int PRIMARY KEY, `a` int CHECK (`a` > 0), `b` varchar(20), CONSTRAINT `b ``q`` 's'` CHECK (`b` <> 'it''s'))
-- next
SET SESSION check_constraint_checks = 0
-- next
INSERT INTO `checked` VALUES (1, 1, 'x'), (2, -100, NULL), (3, NULL, 'it''s')
-- next
SET SESSION check_constraint_checks = 1
-- next
CREATE TABLE `long unique` (`id` int, `t` text, `b` blob, UNIQUE KEY (`t`) USING HASH, UNIQUE KEY `two` (`id`, `b`) USING HASH)
-- next
INSERT INTO `long unique` VALUES (1, REPEAT('a', 5000), 0x00), (2, NULL, NULL), (2, NULL, NULL)
-- next
CREATE TABLE `keys unheeded` (`id` int PRIMARY KEY, `d` int, `a` int, KEY `down` (`d` DESC, `a`), KEY `unheeded` (`a`) IGNORED)
-- next
INSERT INTO `keys unheeded` VALUES (1, 2, 3)
-- next
CREATE SEQUENCE `counts` START WITH 100 INCREMENT BY 10 MINVALUE 50 MAXVALUE 100000 CACHE 20 CYCLE
-- next
DO NEXTVAL(`counts`), NEXTVAL(`counts`), NEXTVAL(`counts`)
-- next
CREATE SEQUENCE `counts down` START WITH -1 INCREMENT BY -5 MINVALUE -9223372036854775807 MAXVALUE -1 NOCACHE ENGINE=InnoDB
-- next
DO NEXTVAL(`counts down`)
-- next
CREATE SEQUENCE `was ``set`` 'é'` ENGINE=Aria
-- next
DO SETVAL(`was ``set`` 'é'`, 4711, 0)
-- next
CREATE SEQUENCE `never used` START WITH 9000000000000000000
-- next
CREATE SEQUENCE `went round` START WITH 2 MINVALUE 1 MAXVALUE 3 NOCACHE CYCLE
-- next
DO NEXTVAL(`went round`), NEXTVAL(`went round`), NEXTVAL(`went round`)
-- next
CREATE TABLE `numbered by a sequence` (`id` bigint NOT NULL DEFAULT NEXTVAL(`counts down`), `a` int, PRIMARY KEY (`id`))
-- next
INSERT INTO `numbered by a sequence` (`a`) VALUES (1), (2)
-- next
CREATE VIEW `v_of_a_sequence` AS SELECT NEXTVAL(`counts`) AS `n`
-- next
CREATE TABLE `with a history` (`id` int PRIMARY KEY, `v` varchar(20), `g` int AS (`id` + 1) STORED) WITH SYSTEM VERSIONING
-- next
INSERT INTO `with a history` (`id`, `v`) VALUES (1, 'first'), (2, 'stays'), (3, 'goes')
-- next
UPDATE `with a history` SET `v` = 'second' WHERE `id` = 1
-- next
UPDATE `with a history` SET `v` = 'third é' WHERE `id` = 1
-- next
DELETE FROM `with a history` WHERE `id` = 3
-- next
CREATE TABLE `with a history of its own` (`id` int NOT NULL AUTO_INCREMENT, `v` int, `not followed` int WITHOUT SYSTEM VERSIONING, `from ``q``` timestamp(6) GENERATED ALWAYS AS ROW START, `to` timestamp(6) GENERATED ALWAYS AS ROW END INVISIBLE, PRIMARY KEY (`id`, `to`), PERIOD FOR SYSTEM_TIME (`from ``q```, `to`)) WITH SYSTEM VERSIONING
-- next
INSERT INTO `with a history of its own` (`v`, `not followed`) VALUES (1, 1), (2, 2)
-- next
UPDATE `with a history of its own` SET `v` = 10 WHERE `id` = 1
-- next
DELETE FROM `with a history of its own` WHERE `id` = 2
-- next
CREATE TABLE `with a history in parts` (`id` int, `v` int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME (PARTITION `p0` HISTORY, PARTITION `pc` CURRENT)
-- next
INSERT INTO `with a history in parts` VALUES (1, 1)
-- next
UPDATE `with a history in parts` SET `v` = 2
-- next
CREATE TABLE `with a period` (`id` int, `from` date, `until` date, PERIOD FOR `valid` (`from`, `until`), PRIMARY KEY (`id`, `valid` WITHOUT OVERLAPS))
-- next
INSERT INTO `with a period` VALUES (1, '2020-01-01', '2021-01-01'), (1, '2021-01-01', '2022-01-01')
-- next
CREATE TABLE `merge_part` (`id` int NOT NULL, `v` int, KEY (`id`)) ENGINE=MyISAM
-- next
CREATE TABLE `merged` (`id` int NOT NULL, `v` int, KEY (`id`)) ENGINE=MRG_MyISAM UNION=(`merge_part`) INSERT_METHOD=LAST
-- next
INSERT INTO `merge_part` VALUES (1, 1), (2, 2)
-- next
CREATE TABLE `geography` (`id` int PRIMARY KEY, `p` point REF_SYSTEM_ID=4326, `g` geometry REF_SYSTEM_ID=3857)
-- next
INSERT INTO `geography` VALUES (1, ST_GeomFromText('POINT(41.75 12.5)', 4326), ST_GeomFromText('POINT(1 2)', 3857))
-- next
CREATE VIEW `v_windows` AS WITH RECURSIVE `n` AS (SELECT 1 AS `i` UNION ALL SELECT `i` + 1 FROM `n` WHERE `i` < 3) SELECT `i`, row_number() OVER (ORDER BY `i` DESC) AS `r` FROM `n`
-- next
SET SESSION sql_mode = 'ORACLE'
-- next
CREATE PACKAGE `a package` COMMENT 'it''s' AS
  PROCEDURE bump(a INT);
  FUNCTION total RETURN INT;
END
-- next
CREATE PACKAGE BODY `a package` AS
  hidden INT := 10;
  PROCEDURE bump(a INT) AS BEGIN hidden := hidden + a; END;
  FUNCTION total RETURN INT AS BEGIN RETURN hidden; END;
BEGIN
  hidden := 20;
END
-- next
CREATE PROCEDURE `in oracle's words`(a IN OUT VARCHAR2(20)) AS
  i INT := 1;
BEGIN
  WHILE i < 3 LOOP i := i + 1; END LOOP;
  a := 'x' || i || '';
END
-- next
CREATE OR REPLACE TRIGGER "in oracle's words" BEFORE UPDATE ON "no rows" FOR EACH ROW
DECLARE x INT := 1;
BEGIN
  :NEW.a := :OLD.a + x;
END
-- next
SET SESSION sql_mode = 'TIME_ROUND_FRACTIONAL,SIMULTANEOUS_ASSIGNMENT,EMPTY_STRING_IS_NULL,MSSQL'
-- next
CREATE PROCEDURE [modes of MariaDB]() SELECT 1
-- next
SET SESSION sql_mode = ''
-- next
CREATE AGGREGATE FUNCTION `adds up`(`x` int) RETURNS int DETERMINISTIC NO SQL
BEGIN
  DECLARE `s` int DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN `s`;
  LOOP
    FETCH GROUP NEXT ROW;
    SET `s` = `s` + `x`;
  END LOOP;
END
-- next
CREATE DATABASE `commented` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci COMMENT 'it''s "q" \\ Größe'
-- next
CREATE ROLE `reader`
-- next
CREATE ROLE `writer`
-- next
CREATE ROLE `administered elsewhere` WITH ADMIN `plain`@`%`
-- next
CREATE ROLE `role of roles`
-- next
CREATE ROLE `ro``le 'q' é`
-- next
GRANT SELECT ON `awkward`.* TO `reader`
-- next
GRANT INSERT, DELETE ON `awkward`.* TO `writer`
-- next
GRANT SELECT (`id`), INSERT (`id`) ON `awkward`.`bytes` TO `ro``le 'q' é`
-- next
SET SESSION sql_mode = 'ORACLE'
-- next
GRANT EXECUTE ON PACKAGE `awkward`.`a package` TO `reader`
-- next
GRANT EXECUTE ON PACKAGE BODY `awkward`.`a package` TO `reader`
-- next
SET SESSION sql_mode = ''
-- next
GRANT PROCESS ON *.* TO `role of roles` WITH GRANT OPTION
-- next
GRANT `reader` TO `role of roles`
-- next
GRANT `writer` TO `role of roles` WITH ADMIN OPTION
-- next
GRANT `reader` TO `plain`@`%`
-- next
GRANT `role of roles` TO `plain`@`%` WITH ADMIN OPTION
-- next
GRANT `ro``le 'q' é` TO `o'neill "q" ``b`` é`@`192.168.0.0/255.255.0.0` WITH ADMIN OPTION
-- next
SET DEFAULT ROLE `role of roles` FOR `plain`@`%`
-- next
SET DEFAULT ROLE `ro``le 'q' é` FOR `o'neill "q" ``b`` é`@`192.168.0.0/255.255.0.0`
-- next
CREATE USER 'native'@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('native')
-- next
CREATE USER 'native by hash'@'%' IDENTIFIED BY PASSWORD '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'
-- next
CREATE USER 'old password'@'%' IDENTIFIED VIA mysql_old_password USING '565491d704013245'
-- next
CREATE USER 'by socket'@'localhost' IDENTIFIED VIA unix_socket
-- next
CREATE USER 'one of three'@'%' IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('it''s') OR mysql_native_password USING 'invalid'
-- next
CREATE USER 'slow statement'@'%' IDENTIFIED BY 'x' WITH MAX_STATEMENT_TIME 12.5
-- next
GRANT PROXY ON 'native'@'%' TO 'plain'@'%' WITH GRANT OPTION
-- next
GRANT PROXY ON ''@'' TO 'native'@'%'
-- next
GRANT DELETE HISTORY ON `awkward`.`with a history` TO 'native'@'%'
-- next
GRANT BINLOG ADMIN, READ_ONLY ADMIN, CONNECTION ADMIN, FEDERATED ADMIN, REPLICA MONITOR ON *.* TO 'native by hash'@'%'
