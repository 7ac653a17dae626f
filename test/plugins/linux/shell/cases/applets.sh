### every applet that only prints, by its own name
for a in true false pwd; do /bin/$a >/dev/null; echo $a $?; done; /bin/echo by name; /bin/busybox echo by busybox; busybox | head -n 1; busybox nothing; echo $?; /bin/no-such-applet; echo $?
### programs are found along PATH
mkdir p; printf '#!/bin/sh\necho mine\n' >p/own; chmod +x p/own; PATH=$PWD/p:$PATH; own; PATH=/nowhere; own; echo $?; /bin/own; echo $?
### env runs programs and changes what they see
env -i /bin/env; env -i X=1 Y='a b' /bin/env | sort; env X=2 /bin/sh -c 'echo $X'; env /no/program; echo $?; env false; echo $?
### getopt, xargs and arguments with spaces
getopt -o ab: -l long,with: -- -a -b 'x y' --with=z rest; getopt -o a -- -q; echo $?; sh -c 'printf "<%s>" "$@"; echo' x 'a b' '' "c'd" '*'; set -- $(seq 1 5000); echo $#; /bin/echo "$@" | md5sum
### arguments that are too long
/bin/echo $(seq 1 30000) | md5sum; x=$(head -c 100000 /dev/zero | tr '\0' x); /bin/echo $x | wc -c; A=$x /bin/sh -c 'echo ${#A}'
### applets that run others
setsid true; echo $?; stty 2>&1 | head -n 1; cttyhack echo x 2>&1 | tail -n 1; watch -n 1 2>/dev/null </dev/null; echo $?; start-stop-daemon -S -x /bin/echo -- started; echo $?; time -f %x true; echo $?
### find, xargs and sed over a tree
mkdir -p s/a s/b; for f in s/a/1 s/a/2 s/b/3; do echo "old text in $f" >$f; done; find s -type f | xargs sed -i 's/old/new/'; grep -rh . s | sort; find s -type f -exec sh -c 'mv $1 $1.txt' x {} \; ; find s | sort; find s -name '*.txt' | while read f; do mv $f ${f%.txt}; done; find s -type f | wc -l
### a program of several tools: word frequencies
cut -d ' ' -f 2 /data/words | sort | uniq -c | sort -k1,1nr -k2 | head -n 5; tr -cs a-z0-9 '\n' </data/words | sort -u | wc -l
### a program of several tools: a sieve
primes() { seq 2 $1 >n; while read p; do [ $((p * p)) -gt $1 ] && break; awk -v p=$p '$1 == p || $1 % p' n >m; mv m n; done <<END
2
3
5
7
11
13
17
END
tr '\n' ' ' <n; }
primes 200
### a program of several tools: a table printed as JSON
awk -F: 'BEGIN { print "[" } { printf "%s  {\"name\": \"%s\", \"number\": %d}", sep, $1, $2; sep = ",\n" } END { print "\n]" }' /data/table
### a program of several tools: a quine and a counter
printf 'i=$(cat n 2>/dev/null || echo 0); i=$((i + 1)); echo $i >n; [ $i -lt 15 ] && exec sh $0; echo end $i\n' >c; sh c
### a recursion of processes
printf '#!/bin/sh\n[ $1 = 0 ] && { echo bottom; exit 17; }\n$0 $(($1 - 1))\n' >r; chmod +x r; ./r 12; echo $?
### sed and awk as filters with many lines
seq 1 5000 | sed -n '/7$/p' | awk '{ s += $1 } END { print s }'; seq 1 5000 | sed 's/.*/& &/' | awk '$1 == $2 { n++ } END { print n }'; seq 1 5000 | tr '\n' ' ' | fold -w 60 -s | tail -n 1
### yes, seq and head never block
yes abc | head -n 1000 | md5sum; seq 1 30000 | tail -n 1; seq 1 30000 | sed -n 500p; seq 1 30000 | sort -n -r | head -n 1; seq 1 3000 | shuf | sort -n | md5sum
### devices and links for descriptors
readlink /dev/stdin | grep -c .; sh -c 'exec 3<&0; cat <&3' </data/table; [ -e /dev/fd/0 ]; echo $?; [ -e /dev/fd/9 ]; echo $?
### ipcalc, logger and other small ones
ipcalc -n 192.168.1.77/24; ipcalc -b 10.1.2.3/8; ascii 2>/dev/null | head -n 2; hostid >/dev/null; echo $?; cat /proc/sys/kernel/ostype 2>/dev/null; logname >/dev/null 2>&1; echo text | ts 2>/dev/null | grep -c text
### the environment of the whole
echo $PATH; echo $HOME; env | sort | grep -v '^_=' | grep -v ^PWD | grep -v ^OLDPWD | grep -v ^SHLVL
