-- servers: mysql before 8.0.0
SET SESSION sql_mode = 'NO_AUTO_CREATE_USER,ANSI,NO_KEY_OPTIONS,NO_FIELD_OPTIONS'
-- next
CREATE PROCEDURE `awkward`.`modes of old`() SELECT 1
-- next
SET SESSION sql_mode = 'ORACLE'
-- next
CREATE FUNCTION `awkward`.`oracle mode`() RETURNS int NO SQL RETURN 1
-- next
SET SESSION sql_mode = 'MYSQL40'
-- next
CREATE EVENT `awkward`.`mode of MySQL 4` ON SCHEDULE AT '2036-12-31 23:59:59' DO SELECT 1
-- next
SET SESSION sql_mode = ''
