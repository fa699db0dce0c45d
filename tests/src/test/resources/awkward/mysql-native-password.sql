-- servers: mysql before 8.4.0
CREATE USER 'native'@'%' IDENTIFIED WITH mysql_native_password BY 'native'
-- next
CREATE USER 'native by hash'@'%' IDENTIFIED WITH mysql_native_password AS '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'
-- next
CREATE USER 'proxied'@'%' IDENTIFIED WITH mysql_native_password BY 'x'
-- next
CREATE USER 'proxying'@'%' IDENTIFIED WITH mysql_native_password BY 'x'
-- next
GRANT PROXY ON 'proxied'@'%' TO 'proxying'@'%' WITH GRANT OPTION
-- next
GRANT PROXY ON ''@'' TO 'native'@'%'
