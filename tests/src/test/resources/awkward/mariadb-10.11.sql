-- servers: mariadb from 10.11.1
GRANT SELECT ON `awkward`.`no rows` TO PUBLIC
-- next
GRANT EXECUTE ON PROCEDURE `awkward`.`no body to speak of` TO PUBLIC
-- next
CREATE TABLE `awkward`.`with a history in named parts` (`id` int, `v` int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME INTERVAL 1 YEAR STARTS '2020-01-01 00:00:00' AUTO PARTITIONS 3
-- next
CREATE TABLE `awkward`.`json checked` (`id` int PRIMARY KEY, `j` json DEFAULT '{"a": "it''s"}' CHECK (json_extract(`j`, '$.a') IS NOT NULL))
-- next
INSERT INTO `awkward`.`json checked` (`id`) VALUES (1)
