# Ruby mysql2 over the C client library. Arguments: host port user password schema.
require "mysql2"

host, port, user, password, schema = ARGV

def check(got, expected, what)
  abort("#{what}: expected #{expected.inspect}, got #{got.inspect}") unless got == expected
end

client = Mysql2::Client.new(host: host, port: port.to_i, username: user, password: password, database: schema,
                            encoding: "utf8mb4")
client.query("DROP TABLE IF EXISTS rb_t")
client.query("CREATE TABLE rb_t (id INT AUTO_INCREMENT PRIMARY KEY, s VARCHAR(50)) CHARACTER SET utf8mb4")
insert = client.prepare("INSERT INTO rb_t (s) VALUES (?)")
select = client.prepare("SELECT s FROM rb_t WHERE id = ?")
30.times do |i|
  insert.execute("ñ#{i}")
  check(insert.last_id, i + 1, "insert id")
  check(select.execute(i + 1).first["s"], "ñ#{i}", "row read back at once")
  check(client.query("SELECT s FROM rb_t WHERE id = #{i + 1}").first["s"], "ñ#{i}", "the same as text")
end
begin
  client.query("SELECT * FROM rb_missing")
  abort("a missing table was found")
rescue Mysql2::Error => e
  check(e.error_number, 1146, "missing table")
  check(e.sql_state, "42S02", "its SQLSTATE")
end
client.query("BEGIN")
client.query("DELETE FROM rb_t")
client.query("ROLLBACK")
check(client.query("SELECT COUNT(*) AS n FROM rb_t").first["n"], 30, "rolled back")
check(client.ping, true, "ping")
client.query("SELECT * FROM rb_t", stream: true, cache_rows: false).each { |row| row }
client.query("DROP TABLE rb_t")
client.close
puts "ok"
