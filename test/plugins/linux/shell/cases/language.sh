### a pipeline has the status of its last command
false | true; echo $?
true | false; echo $?
! true; echo $?
set -o pipefail 2>/dev/null && { false | true; echo $?; }
### subshells keep their changes to themselves
x=1; (x=2; cd /; echo $x $PWD); echo $x ${PWD##*/work/}
(exit 7); echo $?
( ( (exit 9) ) ); echo $?
### the words of the README's example
cd /; ls | sort | sha256sum; (echo a; false) && echo b; echo $?
### here-documents, quoted and not
name=world
cat <<END
hello $name $((1 + 2)) `echo back` $(echo dollar)
END
cat <<'END'
hello $name $((1 + 2))
END
cat <<-END
	tabs are taken away
		from each line
	END
cat <<ONE; cat <<TWO
first
ONE
second
TWO
### a here-document of many pages feeds a pipe
{ echo 'cat <<END'; seq 1 30000; echo END; } >big.sh
sh big.sh | md5sum
### command substitution strips newlines and nests
x=$(printf 'a\n\n\n'); echo "[$x]"
echo $(echo $(echo $(echo deep)))
echo "$(echo "two  spaces")" $(echo "two  spaces")
x=$(exit 3); echo $?
x=$(seq 1 20000 | tail -n 1); echo $x
### traps run on exit, on signals and can be ignored
trap 'echo bye $?' EXIT
trap 'echo usr1' USR1
kill -USR1 $$
trap '' USR2; kill -USR2 $$; echo survived
trap - USR1
(trap 'echo inner' EXIT; true)
exit 5
### a trap interrupts wait
exec 2>/dev/null
trap 'caught=yes' USR1
sleep 30 & child=$!
(while kill -USR1 $$; do sleep 0.05; done) & sender=$!
wait $child; echo $? $caught
kill -KILL $sender; kill $child; wait $child 2>/dev/null; echo $?
### set -e ends at the first failure that nobody tests
sh -ec 'false || echo tested; if false; then :; fi; ! true; echo on; false; echo never'; echo $?
sh -ec 'f() { false; echo in; }; f || echo or; f; echo never'; echo $?
sh -ec 'x=$(false); echo never'; echo $?
### set -u and set -x
sh -uc 'echo ${unset-default}; echo $nothing; echo never'; echo $?
sh -xc 'a=1; echo $a; for i in 1 2; do : $i; done' 2>&1
### functions have arguments, locals and statuses
f() { local x=inner; echo "$# $1 $x"; return 4; }
x=outer; f a b; echo $? $x
g() { [ $1 -le 1 ] && echo 1 || echo $(($1 * $(g $(($1 - 1))))); }
g 10
unset -f f; f 2>/dev/null; echo $?
### arithmetic has every operator
echo $((7 / 2)) $((-7 / 2)) $((-7 % 3)) $((2 ** 10)) $((1 << 40)) $((-1 >> 1)) $((5 & 3)) $((5 | 3)) $((5 ^ 3)) $((~5))
a=5; echo $((a++ + ++a)) $a $((a > 3 ? 10 : 20)) $((0x1f)) $((010)) $((a *= 3)) $((a, 4)) $((!a)) $((1 && 0 || 1))
echo $((9223372036854775807 + 1)) $((-9223372036854775808))
### division by zero is an error
sh -c 'echo $((1 / 0)); echo never'; echo $?
sh -c 'echo $((9 % 0)); echo never'; echo $?
### case matches patterns in order
for word in apple banana '[x]' a1 '' 'two words' .hidden; do
  case $word in
    a[0-9]) echo digit ;;
    a*|b*e) echo a ;;
    \[*\]) echo brackets ;;
    '') echo empty ;;
    *' '*) echo space ;;
    [!a-z]*) echo other ;;
    *) echo rest ;;
  esac
done
### loops break and continue
for i in 1 2 3 4 5; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done
i=0; while [ $i -lt 3 ]; do i=$((i + 1)); echo w$i; done
until [ $i = 0 ]; do i=$((i - 1)); done; echo $i
for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done
for i; do echo none; done; set -- x y; for i; do echo $i; done
### a loop of many iterations
i=0; s=0; while [ $i -lt 20000 ]; do s=$(((s * 31 + i) % 65521)); i=$((i + 1)); done; echo $s
### parameter expansion
p=/a/b/file.tar.gz; echo ${p##*/} ${p#*/} ${p%.*} ${p%%.*} ${#p} ${p:-no} ${q:-no} ${q:=set} $q ${p:+yes} ${p/b/X} ${p//a/_} ${p:3} ${p:3:4}
unset q; (: ${q:?is missing}) ; echo $?
set -- one 'two three' four; echo $# "$*" $1 ${2} ; shift; echo $1; for a in "$@"; do echo "<$a>"; done; IFS=,; echo "$*"
### field splitting and globbing
IFS=:; x='a:b::c'; set -- $x; echo $#; unset IFS
touch b1 a1 c2 .h 'x y'; echo *1 [bc]* ?? .* "*" nothing*; set -f; echo *; set +f
for f in *; do echo "<$f>"; done
### read splits lines and keeps backslashes when asked
printf 'one two three\nback\\slash\nlast' | { read a b; echo "[$a][$b]"; read -r c; echo "[$c]"; read d; echo "[$d] $?"; }
echo a,b,c | { IFS=, read x y z; echo $z$y$x; }
while read line; do echo "$line!"; done </data/table
### exec replaces the shell and keeps redirections
exec 3>kept; echo to three >&3; exec 3>&-; cat kept
sh -c 'exec echo replaced; echo never'
sh -c 'exec /no/such/program; echo never'; echo $?
exec sh -c 'echo last $0; exit 6' name
### commands that are missing, forbidden or no program
/no/such/thing; echo $?
nonsense-command; echo $?
echo text >plain; ./plain; echo $?
mkdir folder; ./folder; echo $?
chmod +x plain; ./plain; echo $?
### scripts choose their interpreter
printf '#!/bin/sh\necho script $0 $1\nexit 3\n' >script; chmod +x script; ./script arg; echo $?
printf '#!/bin/sed -f\ns/a/b/\n' >sedscript; chmod +x sedscript; echo aaa | ./sedscript
printf '#!/no/interpreter\n' >bad; chmod +x bad; ./bad; echo $?
printf 'echo no line of its own\n' >bare; chmod +x bare; ./bare; echo $?
printf '#!/bin/busybox echo\n' >one; chmod +x one; ./one more words
### a script's interpreter may be a script
printf '#!/bin/sh\necho outer "$@"\n' >outer; chmod +x outer
printf '#!%s/outer option\n' "$PWD" >inner; chmod +x inner; ./inner x | sed "s,$PWD,HERE,g"
### statuses of signals
for s in HUP INT QUIT KILL PIPE ALRM TERM USR1 USR2 XCPU; do sh -c "ulimit -c 0; kill -$s \$\$"; echo $s $?; done 2>&1
### eval, alias, unset, readonly, type and command
eval 'x=5; echo $x'; eval "echo \$((x + 1))"; eval false; echo $?
readonly r=1; (r=2) ; echo $?
type echo cd nonsense if; command -v cat; command -v if; command echo plain
### getopts
parse() { OPTIND=1; while getopts ab:c o; do case $o in a|c) echo $o;; b) echo b=$OPTARG;; *) echo bad;; esac; done; shift $((OPTIND - 1)); echo rest $*; }
parse -a -b value -c x y; parse -abval; parse -z; parse -b
### variables reach children only when exported
plain=1; export shared=2; sh -c 'echo [$plain] [$shared]'; once=3 sh -c 'echo $once'; echo [$once]
env -i A=b sh -c 'echo $A [$shared]'; env -u shared sh -c 'echo [$shared]'
### groups and lists
{ echo a; echo b; } | wc -l; true && { echo c; false; } || echo d; { exit 3; } & wait $!; echo $?
if true; then if false; then :; elif [ 1 = 1 ]; then echo e; else echo f; fi; fi
### test and its operators
[ -f /data/table ] && [ ! -d /data/table ] && [ -d /data ] && [ -s /data/table ] && [ -r /data/table ]; echo $?
[ abc = abc -a 3 -lt 4 ]; echo $?; [ a \< b ]; echo $?; [ 1 -eq x ]; echo $?; [ -z "" ]; echo $?; test; echo $?
[[ abc == a* && ! x == y ]]; echo $?; [ -e /nothing -o -L /data/sub/link ]; echo $?; [ /data/table -nt /data/words ]; echo $?
### tilde, braces and quotes
HOME=/data; echo ~ ~/x "~" '$HOME' "\$HOME" a\ b $'tab\tand\x41' "it's" 'say "x"'
### a syntax error
sh -c 'if true; then echo x'; echo $?
sh -c 'echo )'; echo $?
sh -c "echo 'open"; echo $?
### umask and ulimit
umask; umask 077; touch private; mkdir hidden; stat -c '%a %n' private hidden; umask u=rwx,g=rx,o=; umask -S
ulimit -n 64; ulimit -n; (ulimit -c 0; ulimit -c)
### times, hash and dot scripts
echo 'sourced=$1; return 3; sourced=never' >part; . ./part; echo $? [$sourced]
hash -r; echo $?; pwd; cd -P /data/sub/folder; pwd; cd -; cd ..; cd /no/such 2>&1
### printf formats
printf '%d %i %o %x %X %#x %+d %05d|%-6s|%6s|%.2s\n' 42 -42 8 255 255 255 7 42 ab cd efgh
printf '%s-%s\n' a b c; printf '%b' 'x\ty\n'; printf '%c%c\n' hello world; printf '%%\n'; printf '%e %f %g\n' 1.5 2.25 1e10
printf '%d\n' 0x10 010 "'A" abc; echo $?
### echo options
echo -n no newline; echo; echo -e 'a\tb\\c\x41\0101'; echo -E 'a\tb'; echo -- x
