# PyMySQL, pure Python. Arguments: host port user password schema. Prints "ok" when every check held.
import datetime
import decimal
import sys

import pymysql

host, port, user, password, schema = sys.argv[1:6]


def check(got, expected, what):
    if got != expected:
        sys.exit(f"{what}: expected {expected!r}, got {got!r}")


def error_code(cursor, sql):
    try:
        cursor.execute(sql)
    except pymysql.err.MySQLError as e:
        return e.args[0]
    return 0


connection = pymysql.connect(host=host, port=int(port), user=user, password=password, database=schema,
                             charset="utf8mb4", autocommit=True, local_infile=True)
c = connection.cursor()
c.execute("SELECT DATABASE(), USER() LIKE %s", (user + "@%",))
check(c.fetchone(), (schema, 1), "current schema and user")
c.execute("DROP TABLE IF EXISTS py_t")
c.execute("CREATE TABLE py_t (id INT AUTO_INCREMENT PRIMARY KEY, s VARCHAR(200) CHARACTER SET utf8mb4, b BLOB,"
          " d DECIMAL(20,6), t DATETIME(6), n INT UNIQUE) ENGINE=InnoDB")
for i in range(50):
    c.execute("INSERT INTO py_t (s, b, d, t, n) VALUES (%s, %s, %s, %s, %s)",
              (f"grüße 🐬 {i}", bytes(range(256)), decimal.Decimal("12345.678901"),
               datetime.datetime(2024, 2, 29, 23, 59, 59, 123456), i))
    check(c.lastrowid, i + 1, "last insert id")
    c.execute("SELECT s, b, d, t, n FROM py_t WHERE id = %s", (i + 1,))
    check(c.fetchone(), (f"grüße 🐬 {i}", bytes(range(256)), decimal.Decimal("12345.678901"),
                         datetime.datetime(2024, 2, 29, 23, 59, 59, 123456), i), "a row read back at once")
check(error_code(c, "INSERT INTO py_t (n) VALUES (1)"), 1062, "duplicate key")
check(error_code(c, "SELEC 1"), 1064, "syntax error")
check(error_code(c, "SELECT * FROM py_missing"), 1146, "missing table")
c.execute("INSERT IGNORE INTO py_t (n) VALUES (1)")
c.execute("SHOW WARNINGS")
check(c.fetchone()[1], 1062, "warning of the statement before")
connection.begin()
c.execute("DELETE FROM py_t")
c.execute("SELECT COUNT(*) FROM py_t")
check(c.fetchone(), (0,), "a transaction sees its own delete")
connection.rollback()
c.execute("SELECT COUNT(*) FROM py_t")
check(c.fetchone(), (50,), "rows after the rollback")
connection.autocommit(False)
c.execute("UPDATE py_t SET n = n + 1000")
c.execute("SELECT MIN(n) FROM py_t")
check(c.fetchone(), (1000,), "a read within a transaction without BEGIN")
connection.commit()
connection.autocommit(True)
c.execute("SELECT MIN(n) FROM py_t")
check(c.fetchone(), (1000,), "a read after the commit")
c.execute("SET @x = 41")
c.execute("SELECT @x + 1")
check(int(c.fetchone()[0]), 42, "user variable")
c.execute("SELECT COUNT(*) INTO @rows FROM py_t")
c.execute("SELECT @rows")
check(int(c.fetchone()[0]), 50, "user variable from a query")
c.execute("CREATE TEMPORARY TABLE py_tmp (a INT)")
c.execute("INSERT INTO py_tmp VALUES (7)")
c.execute("SELECT a FROM py_tmp")
check(c.fetchone(), (7,), "temporary table")
c.execute("DROP TEMPORARY TABLE py_tmp")
c.execute("SET SESSION group_concat_max_len = 5")
c.execute("SELECT GROUP_CONCAT(id ORDER BY id SEPARATOR '') FROM py_t")
check(c.fetchone()[0], "12345", "session variable followed")
c.execute("SELECT SQL_CALC_FOUND_ROWS id FROM py_t LIMIT 3")
c.fetchall()
c.execute("SELECT FOUND_ROWS()")
check(c.fetchone(), (50,), "FOUND_ROWS")
c.executemany("INSERT INTO py_t (s) VALUES (%s)", [("x" * 100,)] * 5000)
c.execute("SELECT COUNT(*), SUM(LENGTH(s)) FROM py_t WHERE s = %s", ("x" * 100,))
check(c.fetchone(), (5000, decimal.Decimal(500000)), "bulk insert")
big = b"\x00\xff" * (512 * 1024)
c.execute("CREATE TABLE IF NOT EXISTS py_big (b LONGBLOB)")
c.execute("INSERT INTO py_big VALUES (%s)", (big,))
c.execute("SELECT b FROM py_big")
check(c.fetchone()[0] == big, True, "a mebibyte read back")
sscursor = connection.cursor(pymysql.cursors.SSCursor)
sscursor.execute("SELECT id FROM py_t ORDER BY id")
check(len(sscursor.fetchall()), 5050, "unbuffered result")
sscursor.close()
connection.ping()
connection.select_db("information_schema")
c.execute("SELECT DATABASE()")
check(c.fetchone(), ("information_schema",), "schema after USE")
connection.select_db(schema)
c.execute("SELECT DATABASE()")
check(c.fetchone(), (schema,), "schema after coming back")
if "MariaDB" not in connection.get_server_info():
    c.execute("SELECT COUNT(*) FROM performance_schema.session_connect_attrs WHERE processlist_id = CONNECTION_ID()"
              " AND attr_name = '_client_name' AND attr_value = 'pymysql'")
    check(c.fetchone(), (1,), "its own attributes")
victim = pymysql.connect(host=host, port=int(port), user=user, password=password)
multi = pymysql.connect(host=host, port=int(port), user=user, password=password, database=schema,
                        client_flag=pymysql.constants.CLIENT.MULTI_STATEMENTS).cursor()
multi.execute(f"KILL {victim.thread_id()}; SELECT 'after'")
check(multi.nextset(), True, "what follows a KILL is run")
check(multi.fetchone(), ("after",), "the statement after a KILL")
# As bytes: what another session runs meanwhile need not be text.
looking = pymysql.connect(host=host, port=int(port), user=user, password=password, database=schema, use_unicode=False)
processes = looking.cursor()
processes.execute("SHOW PROCESSLIST")
listed = [int(row[0]) for row in processes.fetchall() if row[7] == b"SHOW PROCESSLIST" and row[3] == schema.encode()]
check(listed, [looking.thread_id()], "the process list's own id")
looking.close()
check(victim._sock.recv(100), b"", "a killed connection is closed without a word")
c.execute("DROP TABLE py_t, py_big")
c.execute("SET wait_timeout = 1")
connection._sock.settimeout(30)
try:
    while connection._sock.recv(100):
        pass  # Newer servers say why they hang up.
except ConnectionResetError:
    pass
connection.close()
try:
    pymysql.connect(host=host, port=int(port), user=user, password=password + "x")
    sys.exit("a wrong password was accepted")
except pymysql.err.OperationalError as e:
    check(e.args[0], 1045, "wrong password")
print("ok")
