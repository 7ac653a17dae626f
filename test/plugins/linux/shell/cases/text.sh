### sort's keys and orders
sort /data/table; sort -t: -k2n /data/table; sort -r -k 2 /data/words | md5sum; sort -n /data/words | sha256sum; sort -u -k2,2 /data/words | wc -l
printf '10\n9\n2\n1\n' | sort; printf '10\n9\n2\n1\n' | sort -n; printf 'b\nA\na\nB\n' | sort -f; sort -c /data/words; echo $?
printf '1K\n2M\n3\n' | sort -h; printf 'b 2\na 2\n' | sort -s -k2; printf 'x\0a\0' | sort -z | od -c; sort /data/words -o sorted; sort -m sorted /data/table | tail -n 1
### uniq
printf 'a\na\nb\nc\nc\n' >x; uniq x; uniq -c x; uniq -d x; uniq -u x
### cut, paste, join of columns
cut -d: -f2 /data/table; cut -c 2-4 /data/table; cut -b 1 /data/table; paste -d, /data/table /data/table; paste -s /data/table
### head and tail
head -n 2 /data/table; head -c 7 /data/table; tail -n 1 /data/table; tail -c 5 /data/table; tail -n +2 /data/table; head -n -2 /data/table; head -q -n 1 /data/table /data/table; tail -v -n 1 /data/table /data/table
### tail -f follows a file that grows
echo a >log; tail -f -s 1 log >seen & until grep -qs a seen; do sleep 0.05; done
echo b >>log; until grep -q b seen; do sleep 0.05; done; kill $!; wait $! 2>/dev/null; echo $?; cat seen
### tr
echo hello | tr a-y b-z; echo aabbcc | tr -s a-z; echo hello | tr -d l; echo 'a1b2' | tr -cd '0-9\n'; echo abc | tr '[:lower:]' '[:upper:]'; printf 'a\tb' | tr '\t' '\n'
### sed
sed 's/a/X/' /data/table; sed -n '2p;$=' /data/table; sed '1d' /data/table; sed '/beta/i before' /data/table; sed '/beta/a after' /data/table; sed '/beta/c changed' /data/table
sed -e 's/\(.*\):\(.*\):\(.*\)/\3-\2-\1/' /data/table; sed -E 's/([a-z]+):([0-9]+)/\2=\1/g' /data/table; sed 'y/abc/xyz/' /data/table; sed '2q' /data/table; sed -n 'H;${x;s/\n/,/g;p}' /data/table
sed 's/a/b/3;t;s/$/ no/' /data/table; sed '$!N;s/\n/ /' /data/table; sed = /data/table; sed 'n;d' /data/table; sed -n '/alpha/,/beta/p' /data/table; sed 's,e,E,gI;w out' /data/table >/dev/null; cat out
sed ':a;s/^\(\s*\)x/\1 y/;ta' /data/table | head -n 1; echo aaa | sed 's/a/&&/2g'; echo path | sed 's/.*/\U&/' ; sed 'bad'; echo $?
### sed -i keeps the mode and makes backups
cp /data/table t; chmod 640 t; sed -i.bak 's/one/ONE/' t; cat t; stat -c %a t; cmp t.bak /data/table && echo same
### awk
awk -F: '{ s += $2; print NR, NF, $NF } END { print s }' /data/table; awk 'BEGIN { printf "%5.2f|%-5s|%05d|%x|%c|%e\n", 3.14159, "ab", 42, 255, 65, 12345.678 }'
awk '{ c[$2]++ } END { n = 0; for (k in c) n++; print n, c["word5"] }' /data/words; awk 'BEGIN { while (i++ < 3) print i, i * i, i % 2 ? "odd" : "even" }'
awk 'BEGIN { s = "hello world"; gsub(/o/, "0", s); print s, length(s), index(s, "w"), substr(s, 2, 3), toupper(s); n = split("a:b:c", p, ":"); print n, p[3]; if (match(s, /w.r/)) print RSTART, RLENGTH }'
awk 'function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) } BEGIN { print f(18) }'; awk 'BEGIN { print int(-3.7), int(3.7), 1e300 * 1e10, 7 % 3, -7 % 3, 7 / 2 }'
awk 'BEGIN { "echo from a command" | getline x; print x; print "sorted" | "sort"; close("sort"); while (("cat /data/table") | getline l) n++; print n; system("exit 3"); print system("exit 3") }'
awk 'BEGIN { getline l < "/data/table"; print l; print "to file" > "out"; close("out"); while ((getline l < "out") > 0) print l; exit 4 }'; echo $?; awk -v x=5 'BEGIN { print x + 1, ARGC, ENVIRON["HOME"] }'; awk '/a/,/b/' /data/table; awk 'BEGIN {'; echo $?
### awk with numbers of every size
awk 'BEGIN { x = 1.2345678901234567e-290; for (i = 0; i < 18; i++) { printf "%g %.17g ", x, x; x *= 1e33 }; print ""; print 1e6, 1e17, 123456789, 0.1 + 0.2, 100000 * 100000, 1 / 3; OFMT = "%.10g"; print 1 / 3; print substr("x", 0, 1), 017, "0x10" + 0 }'
### grep
grep -n beta /data/table; grep -c word1 /data/words; grep -v a /data/table; echo $?; grep -i ALPHA /data/table; grep -E '(one|two)$' /data/table; grep -F . /data/table; echo $?; grep -o '[0-9]*' /data/table; grep -w word1 /data/words | wc -l
grep -l alpha /data/table /data/words; grep -L alpha /data/table /data/words; grep -q alpha /data/table; echo $?; grep -A1 -B1 beta /data/table; grep nothing /data/nothing; echo $?; grep -x 'beta:22:two' /data/table; grep -m 2 word /data/words; grep -e one -e three /data/table; grep '\(a\).*\1' /data/table; grep '[' /data/table; echo $?
### egrep with hard expressions
egrep '^(.)(.).*\2\1' /data/words | wc -l; egrep -c '(x{3,7}|word(1|2)+) ?$' /data/words; egrep '^[[:digit:]]+ [[:alpha:]]+9' /data/words | md5sum
### wc, nl, fold, expand, rev, tac, cat -A
wc /data/table; wc -c </data/words; wc -l -w /data/table /data/words; wc -L /data/table; nl /data/table; fold -w 5 /data/table; printf 'a\tb\n' | expand; printf '        x\n' | unexpand; rev /data/table; tac /data/table; printf 'a\tb\001\n' | cat -A; cat -n /data/table; fold -s -w 10 <<END
some words that are folded at spaces
END
### sums of every kind
cd /data; md5sum table; sha1sum table; sha256sum table; sha512sum table; sha3sum table; crc32 table
sha256sum words >/tmp/sums; sha256sum -c /tmp/sums; echo 'bad  table' >/tmp/sums; md5sum -c /tmp/sums; echo $?; rm /tmp/sums
### od, hexdump and xxd
od /data/table | head -n 2; od -t x2 -N 20 /data/table; od -An -c -N 10 /data/table; od -j 3 -N 4 -t d1 /data/table; hexdump -C -n 40 /data/sub/bytes; xxd -l 20 /data/table; xxd -p /data/table; echo 48656c6c6f0a | xxd -r -p; od -t f8 -N 16 /data/sub/bytes
### base64, uuencode and encodings
base64 /data/table; base64 /data/sub/bytes | base64 -d | cmp - /data/sub/bytes && echo same; uuencode name </data/table >u; uudecode -o - u; base64 -w 10 /data/table; dos2unix </data/table | unix2dos | od -c | head -n 2
### diff and patch
cp /data/table a; sed 's/two/TWO/; 3d' a >b; echo four:4:four >>b; diff a b; echo $?; diff -u a b | sed '/^[-+][-+]/d' >p; cat p; (echo '--- a'; echo '+++ a'; cat p) | patch; cmp a b && echo patched; diff -q a /data/table; diff -r /data/sub /data/sub && echo equal; mkdir d e; echo 1 >d/x; echo 2 >e/x; echo 3 >e/y; diff -r d e; diff -N a nothing | head -n 1
(echo '--- a'; echo '+++ a'; cat p) | patch -R; cat a
### cmp
cmp /data/table /data/table; echo $?; cmp /data/table /data/words; echo $?; cmp -s /data/table /data/words; echo $?; printf abc >x; printf abd >y; cmp -l x y; printf ab | cmp - x; echo $?
### ed edits without a screen
cp /data/table t; printf '2s/beta/BETA/\n1a\nadded\n.\n$d\n,p\nw\nq\n' | ed t; cat t; printf '1,2d\nw new\nQ\n' | ed -s t 2>&1; cat new; printf '/gamma\n5p\nq\nq\n' | ed /data/table; echo $?
### parts put together
for i in 0 1 2 3; do tail -n +$((i * 500 + 1)) /data/words | head -n 500 >part$i; done; ls; cat part* | cmp - /data/words && echo whole; wc part*
### strings, shuf and seq
strings -n 8 /bin/busybox | head -n 3; seq 3; seq 2 2 9; seq -w 8 11; seq -s, 5; seq 1 0.5 3; seq 5 -2 1; seq 1 -1; shuf -i 1-50 | sort -n | md5sum
### words without an editor
echo 'the quick brown fox' | awk '{ for (i = NF; i; i--) printf "%s ", $i; print "" }'; echo a-b_c | tr -- '-_' '  '; basename /a/b.c .c; basename /; dirname /a/b/c; dirname x; dirname /x
### factor, cal and crypt
factor 12 97 1000000007 1000000000039 18446744073709551615; cal 2 2024; cal -j 1 2000; mkpasswd -m md5 -S abcdefgh secret; mkpasswd -m sha512 -S abcdefgh secret
