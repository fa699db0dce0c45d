<?php
// mysqli and PDO over mysqlnd. Arguments: host port user password schema. Prints "ok" when every check held.
[, $host, $port, $user, $password, $schema] = $argv;
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);

function check($got, $expected, string $what): void
{
    if ($got !== $expected) {
        fwrite(STDERR, "$what: expected " . var_export($expected, true) . ', got ' . var_export($got, true) . "\n");
        exit(1);
    }
}

$db = new mysqli($host, $user, $password, $schema, (int) $port);
$db->set_charset('utf8mb4');
$db->query('DROP TABLE IF EXISTS php_t');
$db->query('CREATE TABLE php_t (id INT AUTO_INCREMENT PRIMARY KEY, s VARCHAR(100), v DOUBLE) CHARACTER SET utf8mb4');
$insert = $db->prepare('INSERT INTO php_t (s, v) VALUES (?, ?)');
$select = $db->prepare('SELECT s, v FROM php_t WHERE id = ?');
for ($i = 1; $i <= 30; $i++) {
    $s = "é🐬$i";
    $v = (float) ($i / 7);
    $insert->bind_param('sd', $s, $v);
    $insert->execute();
    check($insert->insert_id, $i, 'insert id');
    $select->bind_param('i', $i);
    $select->execute();
    check($select->get_result()->fetch_row(), [$s, $v], 'row read back at once');
}
$insert->close();
check($db->query('SELECT CONNECTION_ID()')->fetch_row()[0], (string) $db->thread_id, 'connection id');
$db->begin_transaction();
$db->query('DELETE FROM php_t');
check($db->query('SELECT COUNT(*) FROM php_t')->fetch_row(), ['0'], 'own delete seen');
$db->rollback();
check($db->query('SELECT COUNT(*) FROM php_t')->fetch_row(), ['30'], 'rolled back');
$db->multi_query('SELECT 1; SELECT 2');
$results = [];
do {
    $results[] = $db->store_result()->fetch_row()[0];
} while ($db->next_result());
check($results, ['1', '2'], 'two results');
try {
    $db->query('SELECT * FROM php_missing');
    check(true, false, 'missing table');
} catch (mysqli_sql_exception $e) {
    check($e->getCode(), 1146, 'missing table');
}
$db->select_db('information_schema');
check($db->query('SELECT DATABASE()')->fetch_row(), ['information_schema'], 'select_db');
check($db->change_user($user, $password, $schema), true, 'change_user');
check($db->query('SELECT DATABASE()')->fetch_row(), [$schema], 'schema after change_user');

foreach ([true, false] as $emulate) {
    $pdo = new PDO("mysql:host=$host;port=$port;dbname=$schema;charset=utf8mb4", $user, $password, [
        PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
        PDO::ATTR_EMULATE_PREPARES => $emulate,
    ]);
    $pdo->exec('DELETE FROM php_t');
    $insert = $pdo->prepare('INSERT INTO php_t (s) VALUES (:s)');
    $select = $pdo->prepare('SELECT s FROM php_t WHERE id = :id');
    for ($i = 0; $i < 20; $i++) {
        $insert->execute(['s' => "p$i"]);
        $select->execute(['id' => $pdo->lastInsertId()]);
        check($select->fetchColumn(), "p$i", 'PDO row read back at once');
        $select->closeCursor();
    }
    $pdo->beginTransaction();
    $pdo->exec("UPDATE php_t SET s = 'z'");
    check($pdo->query("SELECT COUNT(*) FROM php_t WHERE s = 'z'")->fetchColumn(), 20, 'own update');
    $pdo->commit();
    check($pdo->query("SELECT COUNT(*) FROM php_t WHERE s = 'z'")->fetchColumn(), 20, 'after the commit');
}
$db->query('DROP TABLE php_t');
echo "ok\n";
