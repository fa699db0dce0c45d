// Go's driver. Arguments: host port user password schema. Prints "ok" when every check held.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func check(got, expected interface{}, what string) {
	if got != expected {
		must(fmt.Errorf("%s: expected %v, got %v", what, expected, got))
	}
}

func code(err error) uint16 {
	var server *mysql.MySQLError
	if errors.As(err, &server) {
		return server.Number
	}
	return 0
}

func main() {
	config := mysql.NewConfig()
	config.Net = "tcp"
	config.Addr = os.Args[1] + ":" + os.Args[2]
	config.User = os.Args[3]
	config.Passwd = os.Args[4]
	config.DBName = os.Args[5]
	config.MultiStatements = true
	for _, interpolate := range []bool{false, true} {
		config.InterpolateParams = interpolate
		run(config)
	}
	config.Passwd += "x"
	wrong, err := sql.Open("mysql", config.FormatDSN())
	must(err)
	check(code(wrong.Ping()), uint16(1045), "wrong password")
	fmt.Println("ok")
}

func run(config *mysql.Config) {
	db, err := sql.Open("mysql", config.FormatDSN())
	must(err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	must(db.Ping())
	exec := func(query string, args ...interface{}) sql.Result {
		result, err := db.Exec(query, args...)
		must(err)
		return result
	}
	one := func(query string, args ...interface{}) string {
		var value string
		must(db.QueryRow(query, args...).Scan(&value))
		return value
	}
	exec("DROP TABLE IF EXISTS go_t")
	exec("CREATE TABLE go_t (id INT AUTO_INCREMENT PRIMARY KEY, s VARCHAR(50)) CHARACTER SET utf8mb4")
	for i := int64(1); i <= 30; i++ {
		id, err := exec("INSERT INTO go_t (s) VALUES (?)", fmt.Sprintf("é🐬%d", i)).LastInsertId()
		must(err)
		check(id, i, "insert id")
		check(one("SELECT s FROM go_t WHERE id = ?", i), fmt.Sprintf("é🐬%d", i), "row read back at once")
	}
	insert, err := db.Prepare("INSERT INTO go_t (id, s) VALUES (?, ?)")
	must(err)
	_, err = insert.Exec(1, "twice")
	check(code(err), uint16(1062), "duplicate key")
	must(insert.Close())
	tx, err := db.Begin()
	must(err)
	_, err = tx.Exec("DELETE FROM go_t")
	must(err)
	must(tx.Rollback())
	check(one("SELECT COUNT(*) FROM go_t"), "30", "rolled back")
	readOnly, err := db.BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true})
	must(err)
	_, err = readOnly.Exec("DELETE FROM go_t")
	check(code(err), uint16(1792), "a write in a read only transaction")
	must(readOnly.Rollback())
	rows, err := db.Query("SELECT 1; SELECT 2")
	must(err)
	results := 0
	for more := true; more; more = rows.NextResultSet() {
		for rows.Next() {
			results++
		}
	}
	must(rows.Close())
	check(results, 2, "two results")
	reader := strings.NewReader(strings.Repeat("0\tloaded\n", 20000))
	mysql.RegisterReaderHandler("lines", func() io.Reader { return reader })
	loaded, err := exec("LOAD DATA LOCAL INFILE 'Reader::lines' INTO TABLE go_t").RowsAffected()
	must(err)
	check(loaded, int64(20000), "rows loaded")
	check(one("SELECT COUNT(*) FROM go_t"), "20030", "rows after the load")
	_, err = db.Query("SELECT * FROM go_missing")
	check(code(err), uint16(1146), "missing table")
	soon, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	_, err = db.ExecContext(soon, "DO SLEEP(30)")
	cancel()
	check(err, context.DeadlineExceeded, "a statement that is given up")
	check(one("SELECT 7"), "7", "the next statement has a connection")
	exec("DROP TABLE go_t")
}
