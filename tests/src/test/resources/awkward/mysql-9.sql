-- servers: mysql from 9.0.0
CREATE TABLE `awkward`.`vectors` (`id` int PRIMARY KEY, `v` vector(3), `w` vector)
-- next
INSERT INTO `awkward`.`vectors` VALUES (1, STRING_TO_VECTOR('[0.1, -0, 3.402823e38]'), STRING_TO_VECTOR('[1.175494351e-38]')), (2, NULL, NULL), (3, STRING_TO_VECTOR('[1,2,3]'), STRING_TO_VECTOR('[1,2,3,4]'))
