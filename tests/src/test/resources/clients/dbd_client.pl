# Perl DBI. Arguments: driver (mysql or MariaDB) host port user password schema. Prints "ok" when every check held.
use strict;
use warnings;
use DBI;

my ($driver, $host, $port, $user, $password, $schema) = @ARGV;

sub check {
    my ($got, $expected, $what) = @_;
    die "$what: expected '$expected', got '" . ($got // 'undef') . "'\n" unless defined $got && $got eq $expected;
}

for my $server_side (0, 1) {
    my $prefix = lc $driver;
    my $db = DBI->connect("DBI:$driver:database=$schema;host=$host;port=$port", $user, $password,
        { RaiseError => 1, PrintError => 0, AutoCommit => 1, "${prefix}_server_prepare" => $server_side });
    $db->do('DROP TABLE IF EXISTS dbd_t');
    $db->do('CREATE TABLE dbd_t (id INT AUTO_INCREMENT PRIMARY KEY, s VARCHAR(50), n INT UNIQUE)');
    my $insert = $db->prepare('INSERT INTO dbd_t (s, n) VALUES (?, ?)');
    my $select = $db->prepare('SELECT s FROM dbd_t WHERE id = ?');
    for my $i (1 .. 30) {
        $insert->execute("row $i", $i);
        check($db->last_insert_id(undef, undef, 'dbd_t', 'id'), $i, 'last insert id');
        $select->execute($i);
        check($select->fetchrow_arrayref->[0], "row $i", 'row read back at once');
        $select->finish;
    }
    eval { $insert->execute('twice', 1); };
    check($db->err, 1062, 'duplicate key');
    $db->begin_work;
    $db->do('DELETE FROM dbd_t');
    check($db->selectrow_array('SELECT COUNT(*) FROM dbd_t'), 0, 'own delete seen');
    $db->rollback;
    check($db->selectrow_array('SELECT COUNT(*) FROM dbd_t'), 30, 'rolled back');
    $db->{AutoCommit} = 0;
    $db->do('UPDATE dbd_t SET n = n + 100');
    check($db->selectrow_array('SELECT MIN(n) FROM dbd_t'), 101, 'own update seen');
    $db->commit;
    $db->{AutoCommit} = 1;
    check($db->ping, 1, 'ping');
    $db->do('DROP TABLE dbd_t');
    $db->disconnect;
}
print "ok\n";
