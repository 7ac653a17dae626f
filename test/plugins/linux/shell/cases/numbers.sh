### bc
bc <<'END'
2^200
scale=50; 1/7
sqrt(2)
define f(n) { if (n < 2) return n; return f(n-1) + f(n-2); }
f(15)
obase=16; 255; ibase=16; FF
END
echo 'scale=60; 4*a(1); e(1); s(1); l(2)' | bc -l; echo '1/0' | bc 2>&1; echo $?; echo 'for (i = 0; i < 3; i++) { i; "text"; }' | bc
### dc
echo '2 100 ^ p 10 k 2 v p 3 4 + 5 * p' | dc; echo '16 o 255 p [lx p] sx 5 p c 7 z p' | dc; dc -e '1 2 3 f'
### expr
expr 7 + 3; expr 7 - 10; expr 6 \* 7; expr 7 / 2; expr 7 % 4; expr 1 = 1; expr a \< b; expr length hello; expr substr hello 2 3; expr index hello l; expr hello : 'h\(.*\)o'; expr hello : .l; echo $?; expr 1 / 0; echo $?; expr 0; echo $?; expr; echo $?
### dates of a time zone and none
date -u -d @0; date -u -d @1700000000 '+%Y-%m-%d %H:%M:%S %j %U %a %b %e %p %Z %z %s'; TZ=CET-1CEST,M3.5.0,M10.5.0/3 date -d @1700000000; TZ=CET-1CEST,M3.5.0,M10.5.0/3 date -d @1690000000; TZ=XYZ5 date -d '2020-02-29 12:34:56' +%s; date -u -d '2024-01-01 00:00' -R; date -u -r /data/table -Iseconds; date -d nonsense; echo $?
### dates far away
date -u -d @4102444800; date -u -d @253402300799; date -u -d @-62135596800 +%F
### seconds go by
a=$(date +%s); sleep 1; b=$(date +%s); [ $b -gt $a ] && echo later; [ $((b - a)) -lt 20 ] && echo not much; date +%Y | grep -c '^20'
### numbers of the machine
uname -m; uname -s; uname -o; nproc | grep -c '^[1-9]'; free | head -n 1 | tr -s ' '; [ "$(hostname)" ] && echo named; arch; getconf PAGESIZE 2>/dev/null; uptime | grep -c load
### big sums in awk and the shell agree
i=0; s=0; while [ $i -lt 3000 ]; do i=$((i + 1)); s=$((s + i * i)); done; echo $s; awk 'BEGIN { for (i = 1; i <= 3000; i++) s += i * i; printf "%d\n", s }'; seq 3000 | awk '{ s += $1 * $1 } END { print s }'; echo "$(seq -s+ 200)" | bc
### random numbers are random
a=$RANDOM$RANDOM$RANDOM; b=$RANDOM$RANDOM$RANDOM; [ "$a" != "$b" ] && echo different; [ "$(head -c 16 /dev/urandom | md5sum)" != "$(head -c 16 /dev/urandom | md5sum)" ] && echo different; [ "$(mktemp -u)" != "$(mktemp -u)" ] && echo different
