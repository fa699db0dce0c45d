// Node mariadb, which pipelines. Arguments: host port user password schema. Prints "ok" when every check held.
const assert = require('node:assert');
const mariadb = require('mariadb');

const [host, port, user, password, database] = process.argv.slice(2);

async function main() {
  const db = await mariadb.createConnection({
    host, port: Number(port), user, password, database, allowPublicKeyRetrieval: true, insertIdAsNumber: true, bigIntAsNumber: true,
  });
  await db.query('DROP TABLE IF EXISTS jsm_t');
  await db.query('CREATE TABLE jsm_t (id INT AUTO_INCREMENT PRIMARY KEY, s VARCHAR(100)) CHARACTER SET utf8mb4');
  for (let i = 1; i <= 30; i++) {
    const result = await db.execute('INSERT INTO jsm_t (s) VALUES (?)', [`ж ${i}`]);
    assert.strictEqual(result.insertId, i);
    const rows = await db.query('SELECT s FROM jsm_t WHERE id = ?', [i]);
    assert.strictEqual(rows[0].s, `ж ${i}`);
  }
  const piped = await Promise.all(Array.from({ length: 50 }, (_, i) => db.query('SELECT ? AS x', [i])));
  piped.forEach((rows, i) => assert.strictEqual(Number(rows[0].x), i));
  await db.batch('INSERT INTO jsm_t (s) VALUES (?)', Array.from({ length: 500 }, (_, i) => [`b${i}`]));
  const [count] = await db.query('SELECT COUNT(*) AS n FROM jsm_t');
  assert.strictEqual(Number(count.n), 530);
  await db.beginTransaction();
  await db.query('DELETE FROM jsm_t');
  await db.rollback();
  const [again] = await db.query('SELECT COUNT(*) AS n FROM jsm_t');
  assert.strictEqual(Number(again.n), 530);
  await assert.rejects(db.query('SELECT * FROM jsm_missing'), { errno: 1146 });
  // Prepared and executed in one go: MariaDB itself looks whether the values are there, MySQL is not asked like that.
  await assert.rejects(db.execute('SELECT ?', []), db.info.isMariaDB() ? { errno: 1835 } : undefined);
  const killed = await mariadb.createConnection({ host, port: Number(port), user, password, allowPublicKeyRetrieval: true });
  killed.on('error', () => {});
  const ended = assert.rejects(killed.query('SELECT SLEEP(20)'), { code: 'ER_SOCKET_UNEXPECTED_CLOSE' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await db.query(`KILL ${killed.threadId}`);
  await ended;
  await db.reset().catch((error) => assert.match(String(error), /not supported|reset/i));
  await db.ping();
  await db.query('DROP TABLE jsm_t');
  await db.end();
  console.log('ok');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
