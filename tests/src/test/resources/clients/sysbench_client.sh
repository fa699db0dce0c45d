# sysbench, which ends at the first error. Arguments: host port user password schema.
set -euo pipefail
connect=(--mysql-host="$1" --mysql-port="$2" --mysql-user="$3" --mysql-password="$4" --mysql-db="$5")
run() { sysbench "${connect[@]}" --tables=1 --table-size=500 --threads=1 "$@"; }
run oltp_read_write cleanup >/dev/null
run oltp_read_write prepare >/dev/null
for workload in oltp_read_only oltp_read_write; do
  for prepared in auto disable; do
    run --db-ps-mode=$prepared --time=0 --events=50 --mysql-ignore-errors=none "$workload" run |
      grep -Eq 'ignored errors: +0 ' || { echo "$workload, prepared statements $prepared"; exit 1; }
  done
done
run oltp_read_write cleanup >/dev/null
echo ok
