# mysqlclient: Python over the C client library. Arguments: host port user password schema.
import sys

import MySQLdb
from MySQLdb.constants import CLIENT

host, port, user, password, schema = sys.argv[1:6]


def check(got, expected, what):
    if got != expected:
        sys.exit(f"{what}: expected {expected!r}, got {got!r}")


connection = MySQLdb.connect(host=host, port=int(port), user=user, passwd=password, db=schema, charset="utf8mb4",
                             client_flag=CLIENT.MULTI_STATEMENTS)
connection.autocommit(True)
c = connection.cursor()
c.execute("DROP TABLE IF EXISTS mc_t")
c.execute("CREATE TABLE mc_t (id INT AUTO_INCREMENT PRIMARY KEY, s VARCHAR(100)) CHARACTER SET utf8mb4")
for i in range(30):
    c.execute("INSERT INTO mc_t (s) VALUES (%s)", ("ß%d" % i,))
    check(connection.insert_id(), i + 1, "insert id")
    c.execute("SELECT s FROM mc_t WHERE id = %s", (i + 1,))
    check(c.fetchone(), ("ß%d" % i,), "row read back at once")
c.execute("SELECT 1; SELECT 2, 3")
check(c.fetchall(), ((1,),), "first of two results")
check(c.nextset(), 1, "there is a second result")
check(c.fetchall(), ((2, 3),), "second of two results")
check(c.nextset(), None, "there is no third result")
check(connection.thread_id() > 0, True, "connection id")
c.execute("SELECT CONNECTION_ID()")
check(c.fetchone()[0], connection.thread_id(), "CONNECTION_ID() is the one of the handshake")
connection.ping()
connection.begin()
c.execute("DELETE FROM mc_t")
connection.rollback()
c.execute("SELECT COUNT(*) FROM mc_t")
check(c.fetchone(), (30,), "rows after rollback")
c.execute("INSERT INTO mc_t SELECT 0, REPEAT('y', 90) FROM mc_t")
check(c.rowcount, 30, "affected rows")
c.execute("DROP TABLE mc_t")
connection.close()
print("ok")
