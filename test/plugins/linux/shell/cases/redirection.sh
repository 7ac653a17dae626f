### output, appended, and both streams in one file
echo one >file; echo two >>file; { echo out; echo err >&2; } >both 2>&1; cat file both
{ echo out; echo err >&2; } 2>only >/dev/null; cat only
{ echo out; echo err >&2; } 2>&1 >third | cat; cat third
{ echo a; echo b >&2; } >&amp 2>&1; cat amp
### input from files and from both ends
wc -l </data/table; cat <>/data/table; tr a-z A-Z </data/table >upper; cat upper
echo new >rw; exec 5<>rw; read line <&5; echo more >&5; exec 5>&-; echo $line; cat rw
### descriptors are swapped and closed
{ echo out; echo err >&2; } 3>&1 1>&2 2>&3 3>&- | sed 's/^/piped /'
exec 4</data/table; read a <&4; read b <&4; echo $b; exec 4<&-; read c <&4; echo $?
echo closed >&-; echo $?
### noclobber
set -C; echo a >new; echo b >new; echo $?; echo c >|new; cat new; echo d >>new; cat new
### a redirection that fails
echo x >/no/such/folder/file; echo $?; cat </nothing; echo $?; : >/data; echo $?
### redirections of compound commands
for i in 1 2 3; do echo $i; done >list; while read x; do echo "<$x>"; done <list; if true; then echo y; fi >>list; (cat) <list
f() { echo function; } >from-function; f; cat from-function
### /dev/null, /dev/zero and /dev/full
head -c 5 /dev/zero | od -c; cat /dev/null; echo gone >/dev/null; echo lost >/dev/full; echo $?
head -c 100 /dev/urandom | wc -c
### /dev/fd and /dev/stdin
echo through | cat /dev/stdin; echo a | cat /dev/fd/0; cat /dev/fd/3 3</data/table | head -n 1; (echo err >/dev/stderr; echo out >/dev/stdout) 2>&1 | cat
### a reader that leaves ends the writer
yes | head -n 2; seq 1 1000000 | head -n 1; (yes; echo $? >status) | head -c 4; sleep 0.1; cat status
### a writer that leaves ends the reader
(echo a; sleep 0.05; echo b) | while read x; do echo got $x; done
### named pipes
mkfifo pipe; (echo through the pipe >pipe) & cat pipe; wait; ls -l pipe | cut -c 1-10
mkfifo in out; (while read x; do echo "echo $x"; done <in >out) & exec 7>in 8<out; echo a >&7; read y <&8; echo $y; echo b >&7; read y <&8; echo $y; exec 7>&- 8<&-; wait
### a pipeline of ten commands
seq 1 5000 | cat | grep 7 | sort -r | uniq | tac | sed 's/7/x/' | tr x y | awk '{ s += length } END { print s, NR }' | rev
### large data through pipes in both sizes of blocks
dd if=/dev/zero bs=1M count=8 2>/dev/null | sha256sum; dd if=/dev/zero bs=100 count=2000 2>/dev/null | tr '\0' a | md5sum
### many redirections at once
sh -c 'exec 3>a 4>b 5>c 6>d; for i in 3 4 5 6; do echo $i >&$i; done; exec 3>&- 4>&- 5>&- 6>&-; cat a b c d'
### tee writes to every file and to the pipe
echo text | tee one two | tr a-z A-Z; cat one two; echo more | tee -a one >/dev/null; cat one
### a truncated file that is still open
exec 3>>log; echo a >&3; : >log; echo b >&3; cat log; rm log; echo c >&3; ls log; echo $?
