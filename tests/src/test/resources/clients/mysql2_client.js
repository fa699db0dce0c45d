// Node mysql2. Arguments: host port user password schema. Prints "ok" when every check held.
const assert = require('node:assert');
const mysql = require('mysql2/promise');

const [host, port, user, password, database] = process.argv.slice(2);

async function main() {
  const db = await mysql.createConnection({ host, port: Number(port), user, password, database, multipleStatements: true });
  await db.query('DROP TABLE IF EXISTS js_t');
  await db.query('CREATE TABLE js_t (id INT AUTO_INCREMENT PRIMARY KEY, s VARCHAR(100), j TEXT) CHARACTER SET utf8mb4');
  for (let i = 1; i <= 30; i++) {
    const [result] = await db.execute('INSERT INTO js_t (s) VALUES (?)', [`日本 ${i}`]);
    assert.strictEqual(result.insertId, i);
    const [rows] = await db.execute('SELECT s FROM js_t WHERE id = ?', [i]);
    assert.deepStrictEqual(rows.map((row) => row.s), [`日本 ${i}`]);
  }
  const [both] = await db.query('SELECT 1 AS a; SELECT 2 AS b');
  assert.strictEqual(both[0][0].a, 1);
  assert.strictEqual(both[1][0].b, 2);
  await db.beginTransaction();
  await db.query('DELETE FROM js_t');
  await db.rollback();
  const [[count]] = await db.query('SELECT COUNT(*) AS n FROM js_t');
  assert.strictEqual(count.n, 30);
  await assert.rejects(db.query('SELECT * FROM js_missing'), { errno: 1146, sqlState: '42S02' });
  await db.changeUser({ user, password, database });
  const [[schema]] = await db.query('SELECT DATABASE() AS d');
  assert.strictEqual(schema.d, database);
  await db.ping();
  const pool = mysql.createPool({ host, port: Number(port), user, password, database, connectionLimit: 5 });
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => pool.query('SELECT ? AS x', [i])));
  answers.forEach(([[row]], i) => assert.strictEqual(row.x, i));
  await pool.end();
  await db.query('DROP TABLE js_t');
  await db.end();
  await assert.rejects(mysql.createConnection({ host, port: Number(port), user, password: password + 'x' }), { errno: 1045 });
  console.log('ok');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
