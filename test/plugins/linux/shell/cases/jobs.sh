### background jobs are waited for in any order
(sleep 0.2; exit 3) & a=$!; (exit 4) & b=$!; wait $b; echo $?; wait $a; echo $?; wait $a; echo $?; wait; echo $?
### wait of a process that is no child
wait 1; echo $?; wait 99999; echo $?
### a background job has no terminal to read
(cat; echo end) & wait
### kill with names, numbers and to oneself
exec 2>/dev/null # the shell tells of the end only where wait sees it first
sleep 30 & kill -TERM $!; wait $! 2>/dev/null; echo $?; sleep 30 & kill -9 $!; wait $! 2>/dev/null; echo $?; sleep 30 & sleep 0.3; kill -s INT $!; kill $!; wait $! 2>/dev/null; echo $?
kill -0 $$; echo $?; kill -0 99999; echo $?; kill -l 9; kill -l 15; kill -l USR1
### a stopped child goes on
sh -c 'kill -STOP $$; echo went on; exit 2' & p=$!; until [ "$(cut -d ' ' -f 3 /proc/$p/stat)" = T ]; do sleep 0.02; done; kill -CONT $p; wait $p; echo $?
### a child in a process group of its own is killed with its group
exec 2>/dev/null; setsid sh -c 'sleep 30 & echo $$ >leader; sleep 30' & until [ -s leader ]; do sleep 0.01; done; kill -TERM -$(cat leader); wait $!; echo $?; rm leader
### setsid begins a session
setsid sh -c 'echo in a session; exit 3'; echo $?
### the first to finish
sh -c 'trap "exit 9" TERM; echo ready >ready; while :; do sleep 0.02; done' & p=$!; until [ -e ready ]; do :; done; kill $p; wait $p; echo $?
### many children at once
i=0; while [ $i -lt 50 ]; do (echo $i) >>out & i=$((i + 1)); done; wait; sort -n out | md5sum; wc -l <out; rm out
### many children one after the other
i=0; while [ $i -lt 60 ]; do /bin/true || echo failed; i=$((i + 1)); done; echo $i
### children of children
sh -c 'sh -c "sh -c \"sh -c \\\"exit 42\\\"\""'; echo $?
(((echo deep) & wait) & wait); echo done
### orphans live on while the first process does
sh -c '(sleep 0.2; echo orphan >late) & exit 0'; echo $?; while [ ! -s late ]; do sleep 0.02; done; cat late
### timeout
timeout 0.2 sleep 30; echo $?; timeout 20 true; echo $?; timeout -s KILL 0.2 sleep 30; echo $?; timeout 5 sh -c 'exit 3'; echo $?
### sleep and usleep
sleep 0; sleep 0.01; usleep 1000; echo $?; sleep x; echo $?
### time prints three lines
time true 2>times; sh -c 'time true' 2>times; cut -f 1 times | cut -d ' ' -f 1; wc -l <times; rm times
### env
env A=1 B=2 sh -c 'echo $A$B'; env | grep -c PATH; printenv HOME 2>/dev/null
### xargs, one at a time and several at once
echo a b c | xargs echo start; seq 1 20 | xargs -n 3 echo; seq 1 12 | xargs -P 4 -n 1 sh -c 'echo $0' | sort -n | tr '\n' ' '
printf 'a b\0c\0' | xargs -0 -n 1 echo; echo x y | xargs -I {} echo '<{}>'; echo | xargs echo none; echo | xargs -r echo none
echo 1 2 | xargs -n 1 sh -c 'exit 1'; echo $?; echo 1 | xargs sh -c 'exit 255'; echo $?; echo 1 | xargs -t echo
### find -exec, one and many
find /data -type f -exec echo found {} \; | sort; find /data -type f -exec sh -c 'echo $#' x {} +; find /data -name table -exec false {} \; -o -print | sort
### find's tests and actions
touch -d '2001-02-03' old; touch -d '2020-01-01' new; mkdir d; ln -s new l; find . -newer old -print | sort; find . -type l; find . -type d -empty; find . -name 'o*' -exec rm {} +; ls
find . -perm 644 -name new; find . -maxdepth 0; find /data -path '*/sub/*' -name 'b*' -prune; find . ! -name '.*' | sort; find /data -size +100k | sort
### which, whoami and id
which sh; which nothing; echo $?; id -u; id -un; id -gn; whoami
### the shell's own process
[ -d /proc/$$ ] && echo self; [ "$(cut -d ' ' -f 1 /proc/self/stat)" -gt 0 ] && echo number; tr '\0' ' ' </proc/self/cmdline; cat /proc/$$/comm; readlink /proc/self/exe
### a pipeline in the background
seq 1 1000 | sort -r | head -n 1 >top & wait; cat top
### a trap for the end of a child
set -m; trap 'echo child' CHLD; true & wait; /bin/true; echo end
### killed by a pipe
sh -c 'while :; do echo line; done' | head -n 3; echo ${PIPESTATUS-none}
### a signal that is blocked by ignoring is inherited
trap '' TERM; sh -c 'kill -TERM $$; echo alive'; trap - TERM; sh -c 'kill -TERM $$; echo dead'; echo $?
### pidof, ps and others see processes
sh -c 'echo $PPID' >a; echo $$ >b; cmp a b && echo parent; rm a b
### run-parts and start-stop-daemon
mkdir parts; printf '#!/bin/sh\necho one\n' >parts/1; printf '#!/bin/sh\necho two\nexit 3\n' >parts/2; chmod +x parts/*; run-parts parts; echo $?
### job messages in a script
mkfifo go; sh -c 'cat go & jobs; : >go; wait; jobs; echo end'
