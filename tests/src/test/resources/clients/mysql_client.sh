# The C client library's programs. Arguments: host port user password schema. Prints "ok" when every check held.
set -euo pipefail
host=$1 port=$2 user=$3 schema=$5
export MYSQL_PWD=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
connect=(--no-defaults --host="$host" --port="$port" --user="$user" --protocol=tcp --default-character-set=utf8mb4)

query() { mysql "${connect[@]}" --batch --skip-column-names "$@" "$schema"; }

check() {
  if [ "$1" != "$2" ]; then
    echo "$3: expected '$2', got '$1'"
    exit 1
  fi
}

# A script as people write it: delimiters, comments, several results, one error that is forced past.
query >"$folder/out" <<'SQL'
DROP TABLE IF EXISTS cli_t, cli_log;
CREATE TABLE cli_t (id INT AUTO_INCREMENT PRIMARY KEY, s VARCHAR(100), b BLOB) CHARACTER SET utf8mb4; -- a remark
CREATE TABLE cli_log (what VARCHAR(100));
DELIMITER //
CREATE TRIGGER cli_t_added AFTER INSERT ON cli_t FOR EACH ROW BEGIN
  INSERT INTO cli_log VALUES (CONCAT('added ; ', NEW.id));
END//
DROP PROCEDURE IF EXISTS cli_fill//
CREATE PROCEDURE cli_fill(n INT) BEGIN
  DECLARE i INT DEFAULT 0;
  WHILE i < n DO
    INSERT INTO cli_t (s) VALUES (CONCAT('ж ', i)); SET i = i + 1;
  END WHILE;
  SELECT COUNT(*) FROM cli_t;
END//
DELIMITER ;
CALL cli_fill(20);
SELECT COUNT(*) FROM cli_log; /* of the trigger */ SELECT MAX(s) FROM cli_t;
SQL
check "$(tr '\n' ' ' <"$folder/out")" '20 20 ж 9 ' 'a script'
printf 'SELECT * FROM cli_missing;\nSELECT 7;\n' | query --force >"$folder/out" 2>"$folder/err" || true
check "$(cat "$folder/out")" 7 'the statement after an error'
check "$(grep -o '^ERROR.* at' "$folder/err")" 'ERROR 1146 (42S02) at' 'the error'

# Compressed, and binary data both ways.
check "$(query --compress -e "SELECT COUNT(*) FROM cli_t WHERE s = 'ж 7'")" 1 'compressed'
printf 'INSERT INTO cli_t (s, b) VALUES (%s, %s);\n' "'binary'" "'"$'\r\n\t\x01\xff\xfe'"'" | query --binary-mode
check "$(query -e "SELECT HEX(b) FROM cli_t WHERE s = 'binary'")" 0D0A0901FFFE 'binary mode'
seq 1 5000 | sed 's/$/\tline/' >"$folder/lines"
query --local-infile=1 -e "LOAD DATA LOCAL INFILE '$folder/lines' INTO TABLE cli_log FIELDS TERMINATED BY '#'"
check "$(query -e 'SELECT COUNT(*) FROM cli_log')" 5021 'rows loaded'
query -e '\s' >"$folder/status"
grep -q "^Connection id:[[:space:]]*[1-9]" "$folder/status"
grep -q "^Current database:[[:space:]]*$schema" "$folder/status"
grep -q '^Threads: ' "$folder/status"

# Dumped and loaded.
mysqldump "${connect[@]}" --single-transaction --routines --triggers --hex-blob "$schema" cli_t cli_log >"$folder/dump"
query <<SQL
DROP TABLE IF EXISTS cli_before; CREATE TABLE cli_before LIKE cli_t; INSERT INTO cli_before SELECT * FROM cli_t; DROP TABLE cli_t;
SQL
query <"$folder/dump"
check "$(query -e 'SELECT COUNT(*) FROM cli_t JOIN cli_before USING (id) WHERE cli_t.s = cli_before.s')" 21 'rows dumped and loaded'
check "$(query -e 'SELECT COUNT(*) FROM cli_log')" 5021 'rows of the other table'
mysqldump "${connect[@]}" --lock-tables --tab=/nowhere "$schema" 2>/dev/null && exit 1
mysqldump "${connect[@]}" --lock-tables --no-data "$schema" | grep -q 'TRIGGER .*cli_t_added'

mysqladmin "${connect[@]}" ping | grep -q 'mysqld is alive'
query -e 'DROP TABLE cli_t, cli_log, cli_before; DROP PROCEDURE cli_fill'
MYSQL_PWD=wrong query -e 'SELECT 1' 2>"$folder/err" && exit 1
grep -q '^ERROR 1045 (28000)' "$folder/err"
echo ok
