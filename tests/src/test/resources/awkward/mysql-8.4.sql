-- servers: mysql from 8.4.0
USE `awkward`
-- next
CREATE TABLE `unseen columns` (`id` int NOT NULL AUTO_INCREMENT INVISIBLE, `a` int, `hidden` varchar(20) INVISIBLE DEFAULT 'it''s', `g` int AS (`a` + 1) VIRTUAL INVISIBLE, PRIMARY KEY (`id`))
-- next
INSERT INTO `unseen columns` (`id`, `a`, `hidden`) VALUES (3, 1, 'é'), (7, 2, NULL)
-- next
SET SESSION sql_generate_invisible_primary_key = 1
-- next
CREATE TABLE `key made by the server` (`a` int)
-- next
INSERT INTO `key made by the server` VALUES (1), (2), (3)
-- next
DELETE FROM `key made by the server` WHERE `a` = 2
-- next
SET SESSION sql_generate_invisible_primary_key = 0
-- next
CREATE TABLE `checked` (`id` int PRIMARY KEY, `a` int CHECK (`a` > 0), `b` varchar(20), CONSTRAINT `b ``q`` 's'` CHECK (`b` <> 'it''s \\'), CONSTRAINT `not enforced` CHECK (`a` < 10) NOT ENFORCED)
-- next
INSERT INTO `checked` VALUES (1, 1, 'x'), (2, 100, NULL)
-- next
CREATE TABLE `keys of members` (`id` int PRIMARY KEY, `j` json, KEY `mv` ((CAST(`j`->'$.a' AS UNSIGNED ARRAY))))
-- next
INSERT INTO `keys of members` VALUES (1, '{"a": [1, 2, 3]}'), (2, NULL)
-- next
CREATE TABLE `grows in steps` (`id` int PRIMARY KEY, `t` text) AUTOEXTEND_SIZE=4M
-- next
INSERT INTO `grows in steps` VALUES (1, 'x')
-- next
CREATE VIEW `v_intersect` AS SELECT `id` FROM `Case` INTERSECT SELECT `iD` FROM `case`
-- next
CREATE USER 'described'@'%' IDENTIFIED BY 'x' COMMENT 'it''s "q" \\ Größe 😀'
-- next
CREATE USER 'attributed'@'%' IDENTIFIED BY 'x' ATTRIBUTE '{"team": "it''s", "n": [1, null, "😀"]}'
-- next
CREATE USER 'watched'@'%' IDENTIFIED BY 'x' FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 2 COMMENT 'after three'
-- next
CREATE USER 'watched for ever'@'%' IDENTIFIED BY 'x' FAILED_LOGIN_ATTEMPTS 4 PASSWORD_LOCK_TIME UNBOUNDED
-- next
CREATE USER 'two passwords and a comment'@'%' IDENTIFIED BY 'old one' COMMENT 'both'
-- next
ALTER USER 'two passwords and a comment'@'%' IDENTIFIED BY 'new one' RETAIN CURRENT PASSWORD
-- next
CREATE USER 'revoked in part'@'%' IDENTIFIED BY 'x'
-- next
SET GLOBAL partial_revokes = 1
-- next
GRANT SELECT, INSERT, UPDATE ON *.* TO 'revoked in part'@'%'
-- next
REVOKE INSERT, UPDATE ON `awkward`.* FROM 'revoked in part'@'%'
-- next
REVOKE SELECT ON `mysql`.* FROM 'revoked in part'@'%'
-- next
GRANT SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER, FLUSH_PRIVILEGES ON *.* TO 'attributed'@'%'
-- next
CREATE DATABASE `closed` CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci
-- next
CREATE TABLE `closed`.`t` (`id` int PRIMARY KEY)
-- next
INSERT INTO `closed`.`t` VALUES (1), (2)
-- next
CREATE VIEW `closed`.`v` AS SELECT `id` FROM `closed`.`t`
-- next
ALTER DATABASE `closed` READ ONLY = 1
