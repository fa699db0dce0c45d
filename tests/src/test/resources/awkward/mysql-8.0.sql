-- servers: mysql from 8.0.14
USE `awkward`
-- next
CREATE TABLE `geography` (`id` int PRIMARY KEY, `p` point NOT NULL SRID 4326, `g` geometry SRID 3857, SPATIAL KEY (`p`))
-- next
INSERT INTO `geography` VALUES (1, ST_GeomFromText('POINT(41.75 12.5)', 4326), ST_GeomFromText('POINT(1 2)', 3857)), (2, ST_GeomFromText('POINT(-90 180)', 4326), NULL)
-- next
CREATE TABLE `default expressions` (
  `id` int NOT NULL AUTO_INCREMENT, `u` binary(16) DEFAULT (uuid_to_bin(uuid())), `j` json DEFAULT (json_array('it''s', 1)), `t` text DEFAULT (concat('Größe ', '😀')), `p` point DEFAULT (point(0, 0)), `n` double DEFAULT (rand()),
  PRIMARY KEY (`id`)
)
-- next
INSERT INTO `default expressions` () VALUES (), ()
-- next
CREATE TABLE `keys of expressions` (`id` int PRIMARY KEY, `a` int, `j` json, `d` int, KEY `f` ((`a` + 1), (abs(`d`)) DESC), KEY `unseen` (`a`) INVISIBLE, KEY `down` (`d` DESC, `a` ASC), UNIQUE KEY `uf` ((lower(concat(`a`, 'x')))))
-- next
INSERT INTO `keys of expressions` VALUES (1, 2, '{"a": [1, 2]}', -1), (2, NULL, NULL, NULL)
-- next
CREATE TABLE `collated anew` (`id` int PRIMARY KEY, `a` varchar(20) COLLATE utf8mb4_0900_as_cs, `j` varchar(20) COLLATE utf8mb4_ja_0900_as_cs_ks, `g` varchar(20) CHARACTER SET gb18030) CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
-- next
INSERT INTO `collated anew` VALUES (1, 'é', 'ｱ', '中文😀')
-- next
CREATE SPATIAL REFERENCE SYSTEM 990001 NAME 'awkward plane' DEFINITION 'PROJCS["WGS 84 / awkward",GEOGCS["WGS 84",DATUM["World Geodetic System 1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.017453292519943278,AUTHORITY["EPSG","9122"]],AXIS["Lat",NORTH],AXIS["Lon",EAST],AUTHORITY["EPSG","4326"]],PROJECTION["Popular Visualisation Pseudo Mercator",AUTHORITY["EPSG","1024"]],PARAMETER["Latitude of natural origin",0,AUTHORITY["EPSG","8801"]],PARAMETER["Longitude of natural origin",0,AUTHORITY["EPSG","8802"]],PARAMETER["False easting",0,AUTHORITY["EPSG","8806"]],PARAMETER["False northing",0,AUTHORITY["EPSG","8807"]],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["X",EAST],AXIS["Y",NORTH]]' DESCRIPTION 'made here'
-- next
CREATE TABLE `in a plane of our own` (`id` int PRIMARY KEY, `g` geometry NOT NULL SRID 990001)
-- next
INSERT INTO `in a plane of our own` VALUES (1, ST_GeomFromText('POINT(1 2)', 990001))
-- next
CREATE VIEW `v_windows` AS WITH RECURSIVE `n` AS (SELECT 1 AS `i` UNION ALL SELECT `i` + 1 FROM `n` WHERE `i` < 3) SELECT `i`, row_number() OVER (ORDER BY `i` DESC) AS `r` FROM `n`
-- next
CREATE VIEW `v_json_table` AS SELECT `t`.`n` AS `n` FROM `documents` JOIN JSON_TABLE('[1,2]', '$[*]' COLUMNS (`n` int PATH '$')) AS `t`
-- next
CREATE ROLE 'reader', 'writer'@'localhost', 'role of roles', 'ro``le ''q'' é'@'%'
-- next
CREATE USER 'sha2'@'%' IDENTIFIED WITH caching_sha2_password BY 'sha2 pass'
-- next
CREATE USER 'sha2 a'@'%' IDENTIFIED WITH caching_sha2_password BY 'a'
-- next
CREATE USER 'sha2 b'@'%' IDENTIFIED WITH caching_sha2_password BY 'b'
-- next
CREATE USER 'sha2 c'@'%' IDENTIFIED WITH caching_sha2_password BY 'c'
-- next
CREATE USER 'sha2 empty'@'%' IDENTIFIED WITH caching_sha2_password BY ''
-- next
CREATE USER 'remembers'@'%' IDENTIFIED BY 'x' PASSWORD HISTORY 5 PASSWORD REUSE INTERVAL 365 DAY PASSWORD REQUIRE CURRENT
-- next
CREATE USER 'two passwords'@'%' IDENTIFIED WITH caching_sha2_password BY 'old one'
-- next
ALTER USER 'two passwords'@'%' IDENTIFIED BY 'new one' RETAIN CURRENT PASSWORD
-- next
GRANT SELECT ON `awkward`.* TO 'reader'
-- next
GRANT INSERT, DELETE ON `awkward`.* TO 'writer'@'localhost'
-- next
GRANT SELECT (`id`) ON `awkward`.`bytes` TO 'ro``le ''q'' é'@'%'
-- next
GRANT 'reader', 'writer'@'localhost' TO 'role of roles' WITH ADMIN OPTION
-- next
GRANT 'role of roles', 'ro``le ''q'' é'@'%' TO 'sha2'@'%'
-- next
GRANT 'reader' TO 'remembers'@'%' WITH ADMIN OPTION
-- next
GRANT 'reader', 'writer'@'localhost' TO 'plain'@'%', 'o''neill "q" `b` é'@'192.168.0.0/255.255.0.0'
-- next
SET DEFAULT ROLE 'role of roles', 'ro``le ''q'' é'@'%' TO 'sha2'@'%'
-- next
SET DEFAULT ROLE 'reader' TO 'plain'@'%'
-- next
GRANT BACKUP_ADMIN, CONNECTION_ADMIN, ROLE_ADMIN ON *.* TO 'sha2'@'%'
-- next
GRANT SYSTEM_VARIABLES_ADMIN, XA_RECOVER_ADMIN ON *.* TO 'sha2 a'@'%' WITH GRANT OPTION
-- next
GRANT CREATE ROLE, DROP ROLE ON *.* TO 'sha2 b'@'%'
-- next
GRANT PROXY ON 'sha2 a'@'%' TO 'sha2 b'@'%' WITH GRANT OPTION
-- next
GRANT PROXY ON ''@'' TO 'sha2 c'@'%'
