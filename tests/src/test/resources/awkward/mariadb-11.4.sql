-- servers: mariadb from 11.4.0
CREATE TABLE `awkward`.`collated anew` (`id` int PRIMARY KEY, `a` varchar(20) CHARACTER SET utf8mb4 COLLATE uca1400_as_cs, `k` char(5) CHARACTER SET utf8mb4 COLLATE uca1400_swedish_nopad_ai_ci)
-- next
INSERT INTO `awkward`.`collated anew` VALUES (1, 'é', 'k ')
