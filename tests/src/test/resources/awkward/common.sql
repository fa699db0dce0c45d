-- servers: any
-- What MySQL 5.7, its successors and MariaDB have in common. README.md tells how these files are read.
SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci
-- next
SET SESSION sql_mode = '', time_zone = '+00:00', foreign_key_checks = 0, unique_checks = 1
-- next
SET SESSION innodb_strict_mode = 0, default_storage_engine = InnoDB
-- next
CREATE DATABASE `awkward` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci
-- next
CREATE DATABASE `awkward_latin` CHARACTER SET latin1 COLLATE latin1_german1_ci
-- next
CREATE DATABASE `a_b%c` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
-- next
CREATE DATABASE `Ünï "q" 'a' ``b`` d.o/t 日本` CHARACTER SET latin1 COLLATE latin1_swedish_ci
-- next
CREATE DATABASE `select` CHARACTER SET ucs2 COLLATE ucs2_general_ci
-- next
CREATE DATABASE `empty-schema` CHARACTER SET sjis COLLATE sjis_bin
-- next
USE `awkward`
-- next
CREATE TABLE `integers` (
  `id` int NOT NULL AUTO_INCREMENT,
  `t` tinyint, `tu` tinyint unsigned, `s` smallint, `su` smallint unsigned, `m` mediumint, `mu` mediumint unsigned,
  `i` int, `iu` int unsigned, `b` bigint, `bu` bigint unsigned, `z` int(7) unsigned zerofill, `bo` bool,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB
-- next
INSERT INTO `integers` VALUES
  (1, -128, 0, -32768, 0, -8388608, 0, -2147483648, 0, -9223372036854775808, 0, 0, 0),
  (2, 127, 255, 32767, 65535, 8388607, 16777215, 2147483647, 4294967295, 9223372036854775807, 18446744073709551615, 4294967295, 1),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (4, -1, 128, -1, 32768, -1, 8388608, -1, 2147483648, -1, 9223372036854775808, 42, -128)
-- next
CREATE TABLE `fractions` (
  `id` int NOT NULL,
  `d` decimal(65,30), `d0` decimal(65,0), `du` decimal(10,2) unsigned, `f` float, `g` double, `fd` float(7,3), `dd` double(15,5), `fu` float unsigned,
  PRIMARY KEY (`id`)
)
-- next
INSERT INTO `fractions` VALUES
  (1, 99999999999999999999999999999999999.999999999999999999999999999999, 99999999999999999999999999999999999999999999999999999999999999999, 99999999.99, 3.402823466E+38, 1.7976931348623157e308, 9999.999, 9999999999.99999, 3.402823466E+38),
  (2, -99999999999999999999999999999999999.999999999999999999999999999999, -99999999999999999999999999999999999999999999999999999999999999999, 0, -3.402823466E+38, -1.7976931348623157e308, -9999.999, -9999999999.99999, 0),
  (3, 0.000000000000000000000000000001, 0, 0.01, 1.175494351e-38, 2.2250738585072014e-308, 0.001, 0.00001, 1.401298464e-45),
  (4, -0.000000000000000000000000000001, -1, 0.10, 1.401298464e-45, 5e-324, -0.001, -0.00001, 0.1),
  (5, 0, 0, 0, -0e0, -0e0, -0e0, -0e0, 0),
  (6, 0.1, 1, 1, 0.1, 0.1, 0.1, 0.1, 16777217),
  (7, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (8, 1.5, 7, 7.07, 8388609, 0.30000000000000004, 1234.567, 12345.67891, 8388609.5),
  (9, 3.141592653589793238462643383279, 3, 3.14, 3.1415927410125732, 3.141592653589793115997963, 3.142, 3.14159, 1.0000001)
-- next
INSERT INTO `fractions` (`id`, `f`, `g`, `fd`, `dd`) VALUES (10, '-0', '-0', '-0', '-0'), (11, '-1.401298464e-45', '-5e-324', '-0.0001', NULL)
-- next
CREATE TABLE `bits` (
  `id` int NOT NULL, `b1` bit(1), `b7` bit(7), `b8` bit(8), `b9` bit(9), `b33` bit(33), `b63` bit(63), `b64` bit(64) DEFAULT b'1010', PRIMARY KEY (`id`)
)
-- next
INSERT INTO `bits` VALUES
  (1, b'0', b'0', b'0', b'0', b'0', b'0', b'0'),
  (2, b'1', b'1111111', b'11111111', b'111111111', 0x01FFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (4, b'1', 0x27, 0x5C, 0x100, 0x0100000000, 0x4000000000000000, 0x8000000000000001)
-- next
CREATE TABLE `texts` (
  `id` int NOT NULL,
  `l1` varchar(300) CHARACTER SET latin1 COLLATE latin1_swedish_ci, `u3` varchar(100) CHARACTER SET utf8 COLLATE utf8_general_ci,
  `u4` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, `uc` varchar(100) CHARACTER SET ucs2, `u16` varchar(100) CHARACTER SET utf16,
  `u16l` varchar(100) CHARACTER SET utf16le, `u32` varchar(100) CHARACTER SET utf32, `sj` varchar(100) CHARACTER SET sjis, `c932` varchar(100) CHARACTER SET cp932,
  `gb` varchar(100) CHARACTER SET gbk, `b5` varchar(100) CHARACTER SET big5, `k8` varchar(100) CHARACTER SET koi8r, `asc` varchar(100) CHARACTER SET ascii,
  `ch` char(20) CHARACTER SET utf8mb4, `cb` char(10) CHARACTER SET latin1 COLLATE latin1_bin, `bi` varchar(50) CHARACTER SET binary,
  `tt` tinytext, `tx` text CHARACTER SET latin1, `mt` mediumtext CHARACTER SET gbk, `lt` longtext CHARACTER SET utf8mb4,
  PRIMARY KEY (`id`)
) DEFAULT CHARSET=utf8mb4
-- next
INSERT INTO `texts` VALUES
  (1, 'Größe €', 'Größe', '😀 𝒳 Größe \0 NUL', 'Größe日本', '😀 日本', '😀 日本', '😀 日本', '日本語ｱｲｳ表', '日本語①', '中文', '中文功', 'Привет', 'plain', '😀 pads  ', 'é', 'bytes', 'tiny é', 'Größe', '中文誠', '😀'),
  (2, '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', ''),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (4, 'it''s "quoted" \\ back\nslash\r\t\Z %_', '''', '\\', '\n', '"', '`', '\t', 'ソ能表\\', 'ソ\\', '誠\\''', '功\\''', '\\''', '\\''', ' lead', 'trail ', 'trail \0', ';', '-- not a comment', '/* nor this */', '?')
-- next
INSERT INTO `texts` (`id`, `l1`) VALUES (5, CONVERT(0x01020304050607080B0C0E0F101112131415161718191A1B1C1D1E1F7F808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0FF USING latin1))
-- next
INSERT INTO `texts` (`id`, `sj`, `c932`, `gb`, `b5`) VALUES (6, CONVERT(0x955C5C83005C27 USING sjis), CONVERT(0x815F8160FA40ED40 USING cp932), CONVERT(0xBF5CBF27D55C USING gbk), CONVERT(0xA55C27AE61 USING big5))
-- next
INSERT INTO `texts` (`id`, `uc`, `u16`, `u3`) VALUES (7, CONVERT(0x0027005C0000FFFD2028 USING ucs2), CONVERT(0xD83DDE000027005C USING utf16), CONVERT(0xEFBFBFEFBBBF USING utf8))
-- next
INSERT INTO `texts` (`id`, `tt`, `tx`, `lt`) VALUES (8, REPEAT('x', 255), REPEAT('ä\\', 16383), REPEAT('😀''', 60000))
-- next
CREATE TABLE `bytes` (
  `id` int NOT NULL, `b` binary(8), `vb` varbinary(300), `tb` tinyblob, `bl` blob, `mb` mediumblob, `lb` longblob, PRIMARY KEY (`id`)
)
-- next
INSERT INTO `bytes` VALUES
  (1, 0x00, 0x000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F405C607B7F80A0C0E0F0FF, 0x00, 0xFF, 0x27, 0x5C),
  (2, '', '', '', '', '', ''),
  (3, NULL, NULL, NULL, NULL, NULL, NULL),
  (4, 0xFFFFFFFFFFFFFFFF, 0x0000000000, REPEAT(0x00, 255), REPEAT(0x5C27, 32767), REPEAT(0xDEADBEEF, 100000), REPEAT(0x00FF1A0A, 200000)),
  (5, 'trail   ', 'trail   ', ' ', 0x20, 0x0D0A, 0x1A)
-- next
CREATE TABLE `moments` (
  `id` int NOT NULL,
  `d` date, `t` time, `t6` time(6), `dt` datetime, `dt3` datetime(3), `dt6` datetime(6),
  `ts` timestamp NULL DEFAULT NULL, `ts6` timestamp(6) NULL DEFAULT NULL, `y` year,
  PRIMARY KEY (`id`)
)
-- next
INSERT INTO `moments` VALUES
  (1, '0000-00-00', '-838:59:59', '-838:59:59.000000', '0000-00-00 00:00:00', '0000-00-00 00:00:00.000', '0000-00-00 00:00:00.000000', '0000-00-00 00:00:00', '0000-00-00 00:00:00.000000', 0),
  (2, '9999-12-31', '838:59:59', '838:59:59.000000', '9999-12-31 23:59:59', '9999-12-31 23:59:59.999', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07', '2038-01-19 03:14:07.999999', 2155),
  (3, '2024-00-00', '00:00:00', '-00:00:00.000001', '2024-01-00 12:00:00', '0000-01-01 00:00:00.001', '0000-00-01 00:00:00.000001', '1970-01-01 00:00:01', '1970-01-01 00:00:01.000001', 1901),
  (4, '1000-01-01', '-00:00:01', '838:59:58.999999', '1000-01-01 00:00:00', '1582-10-10 00:00:00.5', '0001-01-01 00:00:00.000001', '2026-03-29 01:30:00', '2026-10-25 01:30:00.123456', 1970),
  (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (6, '0000-02-29', '12:34:56', '-12:34:56.789012', '2024-02-29 23:59:59', '2024-02-29 23:59:59.999', '2024-02-29 23:59:59.999999', '2026-10-25 00:30:00', '2026-10-25 00:30:00.000001', 2000)
-- next
SET SESSION sql_mode = 'ALLOW_INVALID_DATES'
-- next
INSERT INTO `moments` (`id`, `d`, `dt`) VALUES (7, '2023-02-31', '2023-04-31 10:11:12')
-- next
SET SESSION sql_mode = ''
-- next
CREATE TABLE `moments_defaults` (
  `id` int NOT NULL AUTO_INCREMENT,
  `zero_date` date NOT NULL DEFAULT '0000-00-00', `zero_datetime` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `zero_stamp` timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', `now_stamp` timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  `now_datetime` datetime(6) DEFAULT CURRENT_TIMESTAMP(6), `fixed_stamp` timestamp NOT NULL DEFAULT '2001-02-03 04:05:06',
  PRIMARY KEY (`id`)
)
-- next
INSERT INTO `moments_defaults` () VALUES (), (), ()
-- next
SET SESSION explicit_defaults_for_timestamp = 1
-- next
CREATE TABLE `stamps_without_default` (`a` timestamp NOT NULL, `b` timestamp NOT NULL, `c` timestamp NULL)
-- next
INSERT INTO `stamps_without_default` VALUES ('2020-02-02 02:02:02', '2021-02-02 02:02:02', NULL)
-- next
SET SESSION time_zone = '+05:30'
-- next
CREATE TABLE `stamp_default_elsewhere` (`id` int PRIMARY KEY, `ts` timestamp NOT NULL DEFAULT '2010-06-01 05:30:00')
-- next
INSERT INTO `stamp_default_elsewhere` (`id`) VALUES (1)
-- next
SET SESSION time_zone = '+00:00'
-- next
CREATE TABLE `choices` (
  `id` int NOT NULL,
  `e` enum('a','b''c','d,e','','"f"','Größe','😀','back\\slash',' lead') DEFAULT 'b''c',
  `el` enum('ä','ö') CHARACTER SET latin1,
  `s` set('a','b''c','Größe','"f"') DEFAULT 'a,b''c',
  `s64` set('m01','m02','m03','m04','m05','m06','m07','m08','m09','m10','m11','m12','m13','m14','m15','m16','m17','m18','m19','m20','m21','m22','m23','m24','m25','m26','m27','m28','m29','m30','m31','m32','m33','m34','m35','m36','m37','m38','m39','m40','m41','m42','m43','m44','m45','m46','m47','m48','m49','m50','m51','m52','m53','m54','m55','m56','m57','m58','m59','m60','m61','m62','m63','m64'),
  PRIMARY KEY (`id`)
)
-- next
INSERT INTO `choices` VALUES
  (1, 'a', 'ä', 'a', 'm01'), (2, 'b''c', 'ö', 'a,b''c,Größe,"f"', 18446744073709551615), (3, 'd,e', NULL, '', ''), (4, '', 'ä', NULL, 'm64'),
  (5, '"f"', 'ä', '"f"', 9223372036854775809), (6, 'Größe', 'ä', 'Größe', 1), (7, '😀', 'ä', 'a', 2), (8, NULL, NULL, NULL, NULL),
  (9, 0, 0, 0, 0), (10, 'back\\slash', 'ö', 'b''c', 4503599627370497), (11, ' lead', 'ö', 'a', 'm53,m54,m55')
-- next
CREATE TABLE `shapes` (
  `id` int NOT NULL AUTO_INCREMENT, `g` geometry, `p` point, `l` linestring, `po` polygon, `mp` multipoint, `ml` multilinestring, `mpo` multipolygon, `gc` geometrycollection, `at` point NOT NULL,
  PRIMARY KEY (`id`), SPATIAL KEY `where it is` (`at`)
)
-- next
INSERT INTO `shapes` VALUES
  (1, ST_GeomFromText('POINT(1 2)'), ST_GeomFromText('POINT(-1.5 2.25)'), ST_GeomFromText('LINESTRING(0 0,1 1,2 3)'), ST_GeomFromText('POLYGON((0 0,0 9,9 9,9 0,0 0),(1 1,1 2,2 2,2 1,1 1))'), ST_GeomFromText('MULTIPOINT(1 1,2 2)'),
   ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))'), ST_GeomFromText('MULTIPOLYGON(((0 0,0 1,1 1,1 0,0 0)))'), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))'), ST_GeomFromText('POINT(0 0)')),
  (2, ST_GeomFromText('POINT(12.5 41.75)', 4326), ST_GeomFromText('POINT(1 2)', 3857), NULL, NULL, NULL, NULL, NULL, NULL, ST_GeomFromText('POINT(3 4)')),
  (3, ST_GeomFromText('LINESTRING(1 1,2 2)', 4326), NULL, NULL, NULL, NULL, NULL, NULL, NULL, ST_GeomFromText('POINT(0.1 -1e-300)'))
-- next
CREATE TABLE `documents` (`id` int NOT NULL, `j` json, PRIMARY KEY (`id`))
-- next
INSERT INTO `documents` VALUES
  (1, '{"a": 1, "b": [1, 2.5, null, true, false, "x"], "😀": "Größe \\" \\\\ \\u0001 ''"}'), (2, '[]'), (3, '{}'), (4, 'null'), (5, NULL), (6, '"text"'), (7, '-0.0'), (8, '1.7976931348623157e308'),
  (9, '18446744073709551615'), (10, '[1.0, 1, 0.1, 1e-7, 123456789012345678]'), (11, '{"": {"": [[[[]]]]}}'), (12, 'true'), (13, '0.30000000000000004')
-- next
CREATE TABLE `computed` (
  `a` int NOT NULL, `stored first` int GENERATED ALWAYS AS (`a` * 2) STORED, `b` varchar(20) CHARACTER SET utf8mb4,
  `v` varchar(60) GENERATED ALWAYS AS (concat(`b`, '''', `a`)) VIRTUAL, `up` varchar(20) GENERATED ALWAYS AS (upper(`b`)) STORED, `c` int NOT NULL DEFAULT 7 COMMENT 'it''s "commented" `so` \\ ; -- 😊',
  PRIMARY KEY (`a`), KEY `by v` (`v`), UNIQUE KEY `by stored` (`stored first`)
)
-- next
INSERT INTO `computed` (`a`, `b`, `c`) VALUES (1, 'x', 1), (2, NULL, 2), (3, 'é''', 3)
-- next
CREATE TABLE `all computed` (`one` int GENERATED ALWAYS AS (1) STORED)
-- next
INSERT INTO `all computed` VALUES (DEFAULT), (DEFAULT)
-- next
CREATE TABLE `no key` (`a` int, `b` varchar(10), `f` float)
-- next
INSERT INTO `no key` VALUES (1, 'x', 0.1), (1, 'x', 0.1), (1, 'x', 0.1), (NULL, NULL, NULL), (NULL, NULL, NULL), (2, 'X', -0e0)
-- next
CREATE TABLE `only a nullable key` (`a` int, `b` int, UNIQUE KEY (`a`), KEY (`b`))
-- next
INSERT INTO `only a nullable key` VALUES (NULL, 1), (NULL, 1), (NULL, 2), (1, 1)
-- next
CREATE TABLE `key of text` (`k` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL, `v` int, PRIMARY KEY (`k`))
-- next
INSERT INTO `key of text` VALUES ('', 0), ('a', 1), ('B', 2), ('é ''', 3), ('\\', 4), ('😀', 5), ('%', 6), ('z\0', 7)
-- next
CREATE TABLE `key of bytes` (`k` varbinary(20) NOT NULL, `n` decimal(20,5) NOT NULL, `t` datetime(6) NOT NULL, `v` int, PRIMARY KEY (`k`, `n`, `t`))
-- next
INSERT INTO `key of bytes` VALUES ('', 0, '0000-00-00', 1), (0x00, 0, '0000-00-00', 2), (0x0000, -1.5, '2024-01-01 00:00:00.000001', 3), (0xFF27, 99999.99999, '9999-12-31', 4)
-- next
CREATE TABLE `key of a float` (`k` float NOT NULL, `e` enum('x','y') NOT NULL, `v` int, PRIMARY KEY (`k`, `e`))
-- next
INSERT INTO `key of a float` VALUES (0.1, 'x', 1), (0.2, 'y', 2), (16777216, 'x', 3), (-1e-38, 'x', 4)
-- next
CREATE TABLE `key of a prefix` (`k` text NOT NULL, `v` int, PRIMARY KEY (`k`(3)), KEY `both` (`v`, `k`(5)))
-- next
INSERT INTO `key of a prefix` VALUES ('abcd', 1), ('abd', 2), ('', 3)
-- next
CREATE TABLE `negative ids` (`id` bigint NOT NULL AUTO_INCREMENT, `v` int, PRIMARY KEY (`id`)) AUTO_INCREMENT=5000000000
-- next
INSERT INTO `negative ids` VALUES (-9223372036854775808, 1), (-5, 2)
-- next
SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'
-- next
CREATE TABLE `zero id` (`id` int unsigned NOT NULL AUTO_INCREMENT, `v` int, PRIMARY KEY (`id`)) AUTO_INCREMENT=777
-- next
INSERT INTO `zero id` VALUES (0, 1), (5, 2)
-- next
SET SESSION sql_mode = ''
-- next
CREATE TABLE `counter ahead` (`id` int NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`)) AUTO_INCREMENT=12345
-- next
CREATE TABLE `counter at its end` (`id` tinyint unsigned NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`))
-- next
INSERT INTO `counter at its end` VALUES (254)
-- next
CREATE TABLE `counter second in key` (`a` int NOT NULL, `n` int NOT NULL AUTO_INCREMENT, PRIMARY KEY (`a`, `n`)) ENGINE=MyISAM
-- next
INSERT INTO `counter second in key` VALUES (1, NULL), (1, NULL), (2, NULL)
-- next
CREATE TABLE `keys of many kinds` (
  `id` int NOT NULL, `a` varchar(100), `b` varchar(100), `c` text, `d` int,
  PRIMARY KEY (`id`), UNIQUE KEY `u ``q``` (`a`, `d`), KEY `desc` (`d` DESC, `a`(10)), FULLTEXT KEY `words` (`b`, `c`), KEY `commented` (`a`) COMMENT 'it''s'
) ENGINE=InnoDB COMMENT='a table''s "comment" 😊 \\'
-- next
INSERT INTO `keys of many kinds` VALUES (1, 'a', 'some words here', 'more words', 1), (2, NULL, NULL, NULL, NULL), (3, NULL, '', '', NULL)
-- next
CREATE TABLE `Case` (`Id` int PRIMARY KEY)
-- next
CREATE TABLE `case` (`iD` int PRIMARY KEY)
-- next
INSERT INTO `Case` VALUES (1)
-- next
INSERT INTO `case` VALUES (2), (3)
-- next
CREATE TABLE `123` (`1e5` int, `456` int)
-- next
INSERT INTO `123` VALUES (1, 2)
-- next
CREATE TABLE `a_name_that_is_as_long_as_any_name_is_allowed_to_be_which_is_64_` (`a_column_whose_name_is_as_long_as_any_can_be_which_is_64_letters` int)
-- next
INSERT INTO `a_name_that_is_as_long_as_any_name_is_allowed_to_be_which_is_64_` VALUES (64)
-- next
CREATE TABLE `no rows` (`a` int)
-- next
CREATE TABLE `by range` (`id` int NOT NULL, `d` date NOT NULL, PRIMARY KEY (`id`, `d`))
PARTITION BY RANGE (year(`d`)) (PARTITION `p old` VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN (2020) COMMENT 'it''s', PARTITION pm VALUES LESS THAN MAXVALUE)
-- next
INSERT INTO `by range` VALUES (1, '1999-12-31'), (2, '2010-01-01'), (3, '2030-01-01'), (4, '0000-00-00')
-- next
CREATE TABLE `by list columns` (`id` int NOT NULL, `c` varchar(10) NOT NULL, PRIMARY KEY (`id`, `c`))
PARTITION BY LIST COLUMNS (`c`) (PARTITION a VALUES IN ('a', 'b'''), PARTITION b VALUES IN ('c', ''))
-- next
INSERT INTO `by list columns` VALUES (1, 'a'), (2, 'b'''), (3, '')
-- next
CREATE TABLE `by hash and key` (`id` int NOT NULL AUTO_INCREMENT, `d` int NOT NULL, PRIMARY KEY (`id`, `d`)) AUTO_INCREMENT=90
PARTITION BY RANGE (`d`) SUBPARTITION BY HASH (`id`) SUBPARTITIONS 3 (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))
-- next
INSERT INTO `by hash and key` VALUES (1, 1), (2, 11), (3, 5), (4, 19)
-- next
CREATE TABLE `by key` (`id` varchar(20) NOT NULL PRIMARY KEY) PARTITION BY LINEAR KEY () PARTITIONS 5
-- next
INSERT INTO `by key` VALUES ('a'), ('b'), ('c'), ('é')
-- next
CREATE TABLE `fk_a` (`id` int NOT NULL PRIMARY KEY, `b` int, CONSTRAINT `to "b" 's' é` FOREIGN KEY (`b`) REFERENCES `fk_b` (`id`) ON DELETE SET NULL)
-- next
CREATE TABLE `fk_b` (`id` int NOT NULL PRIMARY KEY, `a` int, CONSTRAINT `to a` FOREIGN KEY (`a`) REFERENCES `fk_a` (`id`) ON DELETE CASCADE ON UPDATE CASCADE)
-- next
INSERT INTO `fk_a` VALUES (1, 1), (2, NULL)
-- next
INSERT INTO `fk_b` VALUES (1, 1), (2, 2)
-- next
CREATE TABLE `fk_self` (`id` int NOT NULL PRIMARY KEY, `parent` int, FOREIGN KEY (`parent`) REFERENCES `fk_self` (`id`))
-- next
INSERT INTO `fk_self` VALUES (1, 2), (2, 1), (3, 3), (4, NULL)
-- next
INSERT INTO `fk_self` VALUES (5, 4711)
-- next
CREATE TABLE `fk_to_nothing` (`id` int NOT NULL PRIMARY KEY, `x` int, CONSTRAINT `to nothing` FOREIGN KEY (`x`) REFERENCES `never_made` (`id`))
-- next
CREATE TABLE `awkward_latin`.`fk_across` (`id` int NOT NULL PRIMARY KEY, `a` int, CONSTRAINT `across` FOREIGN KEY (`a`) REFERENCES `awkward`.`fk_a` (`id`))
-- next
INSERT INTO `awkward_latin`.`fk_across` VALUES (1, 1), (2, 2)
-- next
CREATE TABLE `an isam` (`id` int NOT NULL AUTO_INCREMENT, `t` varchar(50), `x` text, PRIMARY KEY (`id`), FULLTEXT KEY (`x`)) ENGINE=MyISAM AUTO_INCREMENT=50 PACK_KEYS=1 CHECKSUM=1 DELAY_KEY_WRITE=1 MAX_ROWS=1000 AVG_ROW_LENGTH=100
-- next
INSERT INTO `an isam` VALUES (1, 'é', 'words'), (2, NULL, NULL), (40, 'x', 'y')
-- next
CREATE TABLE `in memory` (`id` int NOT NULL AUTO_INCREMENT, `v` varchar(20), PRIMARY KEY (`id`) USING BTREE, KEY (`v`) USING HASH) ENGINE=MEMORY AUTO_INCREMENT=9
-- next
INSERT INTO `in memory` VALUES (1, 'é'), (2, '')
-- next
CREATE TABLE `as csv` (`a` int NOT NULL, `b` varchar(50) NOT NULL) ENGINE=CSV
-- next
INSERT INTO `as csv` VALUES (1, 'quoted "text", and ''more'''), (2, 'line\nbreak')
-- next
CREATE TABLE `compressed rows` (`id` int PRIMARY KEY, `t` text) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8
-- next
INSERT INTO `compressed rows` VALUES (1, REPEAT('squeeze ', 1000))
-- next
CREATE TABLE `format that strict mode refuses` (`id` int PRIMARY KEY, `c` char(10)) ENGINE=InnoDB ROW_FORMAT=FIXED
-- next
INSERT INTO `format that strict mode refuses` VALUES (1, 'x')
-- next
CREATE TABLE `redundant` (`id` int PRIMARY KEY, `c` varchar(200)) ENGINE=InnoDB ROW_FORMAT=REDUNDANT STATS_PERSISTENT=0 STATS_AUTO_RECALC=1 STATS_SAMPLE_PAGES=25
-- next
INSERT INTO `redundant` VALUES (1, 'x')
-- next
CREATE TABLE `many rows` (`id` int NOT NULL AUTO_INCREMENT, `n` int, `t` varchar(40), PRIMARY KEY (`id`), KEY (`n`))
-- next
INSERT INTO `many rows` (`n`, `t`) SELECT a.`x` + 16 * b.`x` + 256 * c.`x`, concat('row ', HEX(a.`x` + 16 * b.`x` + 256 * c.`x`))
FROM (SELECT 0 `x` UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9 UNION SELECT 10 UNION SELECT 11 UNION SELECT 12 UNION SELECT 13 UNION SELECT 14 UNION SELECT 15) a,
  (SELECT 0 `x` UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9 UNION SELECT 10 UNION SELECT 11 UNION SELECT 12 UNION SELECT 13 UNION SELECT 14 UNION SELECT 15) b,
  (SELECT 0 `x` UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9 UNION SELECT 10 UNION SELECT 11 UNION SELECT 12 UNION SELECT 13 UNION SELECT 14 UNION SELECT 15) c
-- next
USE `awkward_latin`
-- next
CREATE TABLE `inherits latin` (`id` int PRIMARY KEY, `t` varchar(50), `x` text)
-- next
INSERT INTO `inherits latin` VALUES (1, 'Größe', 'ÄÖÜ'), (2, '', NULL)
-- next
USE `select`
-- next
CREATE TABLE `from` (`where` int, `group` varchar(20), `order` enum('by', 'dësc'), PRIMARY KEY (`where`))
-- next
INSERT INTO `from` VALUES (1, 'Größe 日本', 'dësc')
-- next
USE `a_b%c`
-- next
CREATE TABLE `t_%` (`id` int PRIMARY KEY, `_` int)
-- next
INSERT INTO `t_%` VALUES (1, 1)
-- next
USE `Ünï "q" 'a' ``b`` d.o/t 日本`
-- next
CREATE TABLE `tä ``q`` "d" 's' a.b/c\\d 日 ?:{x}` (`id` int NOT NULL AUTO_INCREMENT, `c ``q`` "d" 's' a.b/c\\d 日 ?` varchar(20) DEFAULT 'it''s ?', PRIMARY KEY (`id`), KEY `k ``q`` "d" 's'` (`c ``q`` "d" 's' a.b/c\\d 日 ?`))
-- next
INSERT INTO `tä ``q`` "d" 's' a.b/c\\d 日 ?:{x}` VALUES (1, 'é'), (2, DEFAULT)
-- next
CREATE VIEW `vü ``q`` "d" 's' a.b` AS SELECT `c ``q`` "d" 's' a.b/c\\d 日 ?` AS `c 'x' "y" ``z``` FROM `tä ``q`` "d" 's' a.b/c\\d 日 ?:{x}`
-- next
CREATE TRIGGER `tr ``q`` "d" 's' ä` BEFORE INSERT ON `tä ``q`` "d" 's' a.b/c\\d 日 ?:{x}` FOR EACH ROW SET NEW.`c ``q`` "d" 's' a.b/c\\d 日 ?` = concat(NEW.`c ``q`` "d" 's' a.b/c\\d 日 ?`, '')
-- next
CREATE PROCEDURE `pr ``q`` "d" 's' a.b ä`(IN `p ``q``` int) COMMENT 'it''s "a" \\ `comment`' SELECT `p ``q```, "double", 'sin''gle'
-- next
USE `awkward`
-- next
CREATE VIEW `v_first` AS SELECT `v_second`.`id` AS `id` FROM (SELECT 1 AS `id`) AS `v_second`
-- next
CREATE VIEW `v_base` AS SELECT `id`, `l1` FROM `texts` WHERE `l1` LIKE 'G%'
-- next
CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `a_view_on_v_base` AS SELECT `id` FROM `v_base` WHERE `id` > 0 WITH CASCADED CHECK OPTION
-- next
CREATE ALGORITHM=TEMPTABLE VIEW `a_a_view` AS SELECT count(*) AS `n`, 'Größe 😀' AS `literal`, 'it''s \\ "q"' AS `q` FROM `a_view_on_v_base`
-- next
CREATE FUNCTION `twice`(`x` int) RETURNS int DETERMINISTIC NO SQL RETURN `x` * 2
-- next
CREATE VIEW `a_view_with_a_function` AS SELECT `twice`(`id`) AS `d` FROM `Case`
-- next
CREATE TABLE `soon gone` (`id` int, `x` int)
-- next
CREATE VIEW `v_invalid` AS SELECT `id`, `x` FROM `soon gone`
-- next
CREATE VIEW `v_on_invalid` AS SELECT `id` FROM `v_invalid`
-- next
CREATE TABLE `soon narrower` (`id` int, `x` int)
-- next
CREATE VIEW `v_invalid_column` AS SELECT `id`, `x` FROM `soon narrower`
-- next
DROP TABLE `soon gone`
-- next
ALTER TABLE `soon narrower` DROP COLUMN `x`
-- next
CREATE FUNCTION `soon gone too`(`x` int) RETURNS int DETERMINISTIC NO SQL RETURN `x`
-- next
CREATE VIEW `v_invalid_function` AS SELECT `soon gone too`(1) AS `n`
-- next
DROP FUNCTION `soon gone too`
-- next
CREATE DEFINER=`gone`@`nowhere.example` SQL SECURITY DEFINER VIEW `v_definer_gone` AS SELECT `id` FROM `Case`
-- next
CREATE DEFINER=`go``ne 'x' "y"`@`%` SQL SECURITY INVOKER VIEW `v_definer_gone_invoker` AS SELECT `id` FROM `Case`
-- next
CREATE VIEW `v_across` AS SELECT a.`id` AS `id`, b.`t` AS `t` FROM `awkward`.`Case` a JOIN `awkward_latin`.`inherits latin` b ON a.`id` = b.`id`
-- next
CREATE VIEW `awkward_latin`.`v_back` AS SELECT `id` FROM `awkward`.`v_across`
-- next
SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'
-- next
CREATE VIEW "v_made_in_ansi" AS SELECT 'a' || "id" AS "x" FROM "Case"
-- next
SET SESSION sql_mode = ''
-- next
SET SESSION character_set_client = latin1, collation_connection = latin1_german2_ci
-- next
CREATE VIEW `v_made_in_latin` AS SELECT 'Gr' AS `g`, concat('ae', `t`) AS `h` FROM `awkward_latin`.`inherits latin` WHERE `t` = 'Gr'
-- next
SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci
-- next
CREATE TABLE `triggered` (`id` int NOT NULL AUTO_INCREMENT, `log` varchar(200) NOT NULL DEFAULT '', PRIMARY KEY (`id`))
-- next
CREATE TABLE `trigger log` (`id` int NOT NULL AUTO_INCREMENT, `what` varchar(200), PRIMARY KEY (`id`))
-- next
CREATE TRIGGER `z_first` BEFORE INSERT ON `triggered` FOR EACH ROW SET NEW.`log` = concat(NEW.`log`, '1')
-- next
CREATE TRIGGER `a_third` BEFORE INSERT ON `triggered` FOR EACH ROW SET NEW.`log` = concat(NEW.`log`, '3')
-- next
CREATE TRIGGER `m_second` BEFORE INSERT ON `triggered` FOR EACH ROW FOLLOWS `z_first` SET NEW.`log` = concat(NEW.`log`, '2')
-- next
CREATE TRIGGER `k_zeroth` BEFORE INSERT ON `triggered` FOR EACH ROW PRECEDES `z_first` SET NEW.`log` = concat(NEW.`log`, '0')
-- next
CREATE TRIGGER `after_insert` AFTER INSERT ON `triggered` FOR EACH ROW BEGIN
  INSERT INTO `trigger log` (`what`) VALUES (concat('inserted; ', NEW.`id`, ' -- "x"'));
  INSERT INTO `trigger log` (`what`) VALUES ('Größe 😀 \\ it''s');
END
-- next
SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES,PIPES_AS_CONCAT,IGNORE_SPACE'
-- next
CREATE TRIGGER "ansi delete" BEFORE DELETE ON "triggered" FOR EACH ROW INSERT INTO "trigger log" ("what") VALUES ('back\' || 'slash')
-- next
SET SESSION sql_mode = ''
-- next
CREATE DEFINER=`gone`@`nowhere.example` TRIGGER `definer gone` AFTER UPDATE ON `triggered` FOR EACH ROW SET @seen = 1
-- next
INSERT INTO `triggered` (`log`) VALUES ('x'), ('y')
-- next
CREATE TABLE `trigger that fails` (`id` int PRIMARY KEY)
-- next
INSERT INTO `trigger that fails` VALUES (1), (2)
-- next
CREATE TRIGGER `fails` BEFORE INSERT ON `trigger that fails` FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no insert here'
-- next
CREATE PROCEDURE `in_out`(IN `a` int, OUT `b` varchar(10) CHARACTER SET latin1, INOUT `c` decimal(10,2)) MODIFIES SQL DATA SQL SECURITY INVOKER COMMENT 'Größe ''q'' 😊'
BEGIN
  DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET `b` = 'failed';
  -- a comment; with a semicolon
  /* another; one */
  SET `b` = 'Größe😀', `c` = `c` + `a`;
  INSERT INTO `trigger log` (`what`) VALUES ('called');
END
-- next
CREATE PROCEDURE `no body to speak of`() BEGIN END
-- next
CREATE PROCEDURE `on tables that are not there`() SELECT * FROM `never_made`.`nothing`
-- next
CREATE DEFINER=`gone`@`nowhere.example` PROCEDURE `definer gone`() SELECT 1
-- next
SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,ONLY_FULL_GROUP_BY,HIGH_NOT_PRECEDENCE'
-- next
CREATE PROCEDURE "made in ansi"() SELECT "id" || '\' FROM "Case"
-- next
SET SESSION sql_mode = 'PAD_CHAR_TO_FULL_LENGTH,REAL_AS_FLOAT,NO_UNSIGNED_SUBTRACTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'
-- next
CREATE FUNCTION `many modes`(`d` real) RETURNS real NO SQL DETERMINISTIC RETURN `d` + 1
-- next
SET SESSION sql_mode = ''
-- next
SET SESSION character_set_client = latin1, collation_connection = latin1_german2_ci
-- next
CREATE PROCEDURE `made_in_latin`() SELECT 'Grüße' AS `x`
-- next
CREATE TRIGGER `made_in_latin` AFTER INSERT ON `counter ahead` FOR EACH ROW SET @x = 'Grüße'
-- next
CREATE EVENT `made_in_latin` ON SCHEDULE AT '2037-03-04 05:06:07' DO SELECT 'Grüße'
-- next
SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci
-- next
CREATE FUNCTION `texts of all kinds`(`a` varchar(10) CHARACTER SET sjis, `b` enum('x','y''z')) RETURNS text CHARACTER SET utf8mb4 READS SQL DATA RETURN (SELECT max(`l1`) FROM `texts`)
-- next
SET GLOBAL log_bin_trust_function_creators = 1
-- next
CREATE FUNCTION `says nothing of itself`() RETURNS int BEGIN
  INSERT INTO `trigger log` (`what`) VALUES ('function');
  RETURN 1;
END
-- next
CREATE FUNCTION `rolls dice`() RETURNS double SQL SECURITY INVOKER RETURN rand()
-- next
SET GLOBAL log_bin_trust_function_creators = 0
-- next
CREATE EVENT `yearly` ON SCHEDULE EVERY 1 YEAR STARTS '2036-01-01 00:00:00' ENDS '2037-06-01 00:00:00' ON COMPLETION PRESERVE ENABLE COMMENT 'it''s ENABLE "q" 😊' DO INSERT INTO `trigger log` (`what`) VALUES ('event; ENABLE DISABLE')
-- next
CREATE EVENT `switched off` ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2036-01-01 00:00:00' DISABLE DO BEGIN
  DECLARE `x` int DEFAULT 0;
  SET `x` = 1;
END
-- next
CREATE EVENT `switched off on replicas` ON SCHEDULE EVERY 3 MONTH STARTS '2036-01-01 00:00:00' DISABLE ON SLAVE DO SELECT 1
-- next
CREATE DEFINER=`gone`@`nowhere.example` EVENT `definer gone` ON SCHEDULE EVERY 1 DAY STARTS '2036-01-01 00:00:00' DO SELECT 1
-- next
SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', time_zone = '-07:45'
-- next
CREATE EVENT "elsewhere ``q`` 's'" ON SCHEDULE AT '2036-12-31 23:59:59' ON COMPLETION NOT PRESERVE DO SELECT "id", '\' FROM "Case"
-- next
SET SESSION sql_mode = '', time_zone = '+00:00'
-- next
CREATE EVENT `awkward_latin`.`in latin` ON SCHEDULE EVERY 1 WEEK STARTS '2036-01-01 00:00:00' DO SELECT 'é'
-- next
CREATE EVENT `over long ago` ON SCHEDULE AT '2001-02-03 04:05:06' ON COMPLETION PRESERVE DISABLE DO SELECT 1
-- next
CREATE DATABASE `collation changed` CHARACTER SET latin1 COLLATE latin1_bin
-- next
CREATE FUNCTION `collation changed`.`f`(`a` varchar(10)) RETURNS varchar(10) DETERMINISTIC NO SQL RETURN `a`
-- next
CREATE TABLE `collation changed`.`t` (`a` varchar(10))
-- next
CREATE TRIGGER `collation changed`.`tr` BEFORE INSERT ON `collation changed`.`t` FOR EACH ROW SET @x = NEW.`a`
-- next
CREATE EVENT `collation changed`.`e` ON SCHEDULE AT '2036-12-31 23:59:59' DO SELECT 'x'
-- next
ALTER DATABASE `collation changed` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
-- next
CREATE SERVER `far away` FOREIGN DATA WRAPPER mysql OPTIONS (USER 'someone', HOST '192.0.2.7', DATABASE 'awkward', PORT 3306, PASSWORD 'it''s "secret"')
-- next
INSERT INTO mysql.time_zone (`Time_zone_id`, `Use_leap_seconds`) VALUES (990, 'N')
-- next
INSERT INTO mysql.time_zone_name (`Name`, `Time_zone_id`) VALUES ('Awkward/Zone', 990)
-- next
INSERT INTO mysql.time_zone_transition_type (`Time_zone_id`, `Transition_type_id`, `Offset`, `Is_DST`, `Abbreviation`) VALUES (990, 0, 5400, 0, 'AWK')
-- next
SET SESSION time_zone = 'Awkward/Zone'
-- next
CREATE EVENT `in a zone of its own` ON SCHEDULE EVERY 1 DAY STARTS '2036-07-01 00:00:00' DO SELECT 1
-- next
SET SESSION time_zone = '+00:00'
-- next
INSERT IGNORE INTO mysql.proxies_priv (`Host`, `User`, `Proxied_host`, `Proxied_user`, `With_grant`, `Grantor`)
SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', -1), SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '', '', 1, ''
-- next
FLUSH PRIVILEGES
-- next
CREATE USER 'plain'@'%' IDENTIFIED BY 'pass''word "q" \\ é'
-- next
CREATE USER 'plain'@'10.%' IDENTIFIED BY 'another'
-- next
CREATE USER 'no password'@'localhost'
-- next
CREATE USER ''@'192.0.2.%' IDENTIFIED BY 'anonymous'
-- next
CREATE USER 'o''neill "q" `b` é'@'192.168.0.0/255.255.0.0' IDENTIFIED BY 'x'
-- next
CREATE USER 'of an address'@'2001:db8::1' IDENTIFIED BY 'x' REQUIRE SSL
-- next
CREATE USER 'Case'@'%.Example.COM' IDENTIFIED BY 'x' REQUIRE X509
-- next
CREATE USER 'certified'@'%' IDENTIFIED BY 'x' REQUIRE SUBJECT '/C=SE/O=It''s/CN=client' AND ISSUER '/CN=ca' AND CIPHER 'EDH-RSA-DES-CBC3-SHA'
-- next
CREATE USER 'limited'@'%' IDENTIFIED BY 'x' WITH MAX_QUERIES_PER_HOUR 11 MAX_UPDATES_PER_HOUR 12 MAX_CONNECTIONS_PER_HOUR 13 MAX_USER_CONNECTIONS 14
-- next
CREATE USER 'locked'@'%' IDENTIFIED BY 'x' ACCOUNT LOCK
-- next
CREATE USER 'expired'@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE
-- next
CREATE USER 'expires'@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE INTERVAL 90 DAY
-- next
CREATE USER 'expires never'@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE NEVER
-- next
CREATE USER 'a_name_of_32_letters_as_is_allow'@'%' IDENTIFIED BY 'x'
-- next
GRANT SELECT, INSERT ON *.* TO 'plain'@'%' WITH GRANT OPTION
-- next
GRANT ALL PRIVILEGES ON *.* TO 'limited'@'%'
-- next
GRANT ALL PRIVILEGES ON `awkward`.* TO 'plain'@'10.%' WITH GRANT OPTION
-- next
GRANT SELECT ON `a\_b\%c`.* TO 'plain'@'10.%'
-- next
GRANT SELECT ON `a_b%c`.* TO 'locked'@'%'
-- next
GRANT SELECT ON `no\_such\_schema`.* TO 'locked'@'%'
-- next
GRANT SELECT, EVENT, TRIGGER, EXECUTE ON `Ünï "q" 'a' ``b`` d.o/t 日本`.* TO 'o''neill "q" `b` é'@'192.168.0.0/255.255.0.0'
-- next
GRANT SELECT, UPDATE ON `Ünï "q" 'a' ``b`` d.o/t 日本`.`tä ``q`` "d" 's' a.b/c\\d 日 ?:{x}` TO 'Case'@'%.Example.COM' WITH GRANT OPTION
-- next
GRANT SELECT (`id`), INSERT (`id`, `l1`), UPDATE (`u4`, `l1`), REFERENCES (`id`) ON `awkward`.`texts` TO 'certified'@'%'
-- next
GRANT DELETE, SELECT (`c ``q`` "d" 's' a.b/c\\d 日 ?`) ON `Ünï "q" 'a' ``b`` d.o/t 日本`.`tä ``q`` "d" 's' a.b/c\\d 日 ?:{x}` TO 'certified'@'%'
-- next
GRANT SELECT ON `awkward`.`v_invalid` TO 'expires'@'%'
-- next
GRANT EXECUTE ON FUNCTION `awkward`.`twice` TO 'plain'@'10.%'
-- next
GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE `awkward`.`in_out` TO 'certified'@'%' WITH GRANT OPTION
-- next
GRANT EXECUTE ON PROCEDURE `awkward`.`no body to speak of` TO ''@'192.0.2.%'
-- next
GRANT REPLICATION SLAVE, REPLICATION CLIENT, PROCESS, RELOAD, FILE, SHOW DATABASES, CREATE USER ON *.* TO 'expires never'@'%'
-- next
GRANT SUPER ON *.* TO 'expired'@'%'
-- next
GRANT CREATE TABLESPACE ON *.* TO 'expired'@'%'
