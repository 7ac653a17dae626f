### copies keep what they are asked to keep
cp /data/table a; cp -p /data/table b; cp -a /data/sub c; cp -r /data/sub/folder d; cp -L /data/sub/link e; stat -c '%n %a %s' a b e; stat -c %Y b c/bytes; readlink c/link; cp a missing/x; echo $?; cp -r c c/inside 2>&1 | head -n 1; cp /data .; echo $?; cp -u a b; cp -s a soft; readlink soft; cp -l a hard; stat -c %h a; cp a b c; echo $?; ls c
### moves between names and folders
echo 1 >a; echo 2 >b; mkdir d; mv a d; mv d/a d/x; mv b d/x; cat d/x; mv d e; ls e; mv nothing e; echo $?; touch f; mv -n f e/x; ls; mv e/x .; cat x; mkdir -p g/h; mv g/h g/h/i; echo $?; mv -t e x f 2>&1; ls e
### removal, also of what may not be read
mkdir -p a/b/c; touch a/x a/b/y; rm a; echo $?; rmdir a; echo $?; rm -r a; ls; rm nothing; echo $?; rm -f nothing; echo $?; touch -- -x; rm ./-x; rmdir -p p 2>&1; mkdir -p p/q/r; rmdir -p p/q/r; ls; touch k; chmod 0 k; rm -f k; ls; rm -rf .. 2>&1; echo $?
### links, hard and symbolic
echo text >a; ln a b; ln -s a c; ln -s nowhere d; stat -c '%n %h %F' a b c d; cat c; cat d; echo $?; ln a b; echo $?; ln -sf b c; readlink c; ln -s . e; ls e/e/e/a; ln -s loop loop; cat loop; echo $?; readlink -f c; echo $?; readlink a; echo $?; ln -sfn /data f; ls f | head -n 1; rm e; test -L e; echo $?; realpath d | sed "s,$PWD,HERE,"; echo through >c; cat a
### modes and owners
touch a; for m in 644 755 600 4755 1777 000; do chmod $m a; stat -c '%a %A' a; done; chmod u+x,g=r,o-w a; stat -c %A a; chmod +X a; chmod -R a=rX .; stat -c %A . a; mkdir d; chmod g+s d; stat -c %a d; chmod bad a; echo $?; chown $(id -u):$(id -g) a; echo $?; chmod 700 nothing; echo $?; install -m 751 a i; stat -c %a i
### touch and times
touch -d '2001-02-03 04:05:06' a; stat -c %Y a; touch -t 202002291200.30 b; TZ=UTC stat -c %y b | cut -d . -f 1; touch -r a c; stat -c %Y c; touch -c none; ls; touch /no/such; echo $?; [ b -nt a ]; echo $?; [ a -ef a ]; echo $?
### ls in many ways
mkdir d; echo 12345 >a; ln -s a l; touch -d '2001-02-03 04:05:06' a d; touch -h -d '2001-02-03 04:05:06' l; chmod 640 a; TZ=UTC ls -l a l; ls -1; ls -a; ls -p; ls -F; ls -d d; ls -r; ls -R; ls -S; TZ=UTC ls -ln --full-time a | tr -s ' ' | cut -d ' ' -f 1,5-; ls nothing; echo $?; ls -A /data; ls -C -w 40 /data
### dd
dd if=/data/words of=a bs=100 skip=2 count=3 2>/dev/null; wc -c a; dd if=/data/table bs=1 seek=3 of=b conv=notrunc 2>/dev/null; od -c b | head -n 2; echo ABC | dd conv=lcase 2>/dev/null; dd if=/data/table of=c ibs=7 obs=3 2>&1 | head -n 2; printf xyz | dd of=b bs=1 seek=1 conv=notrunc 2>/dev/null; head -c 10 b | od -c; dd if=/nothing; echo $?; dd if=/data/sub/bytes bs=1k count=0 seek=10 of=sparse 2>/dev/null; stat -c %s sparse; dd if=/data/words bs=4k iflag=fullblock 2>/dev/null | md5sum; dd if=/dev/zero of=z bs=64k count=3 conv=fsync 2>/dev/null; stat -c %s z
### truncate, fallocate and sparse files
truncate -s 100 a; stat -c %s a; truncate -s 3 a; stat -c %s a; fallocate -l 5000 b; stat -c %s b; truncate -s 1G c; stat -c %s c; tail -c 2 c | od -c; rm c
### mktemp
f=$(mktemp -p .); [ -f $f ] && stat -c '%a %s' $f; d=$(mktemp -d -p .); [ -d $d ] && stat -c %a $d; TMPDIR=$PWD mktemp -t x.XXXXXX | grep -c "$PWD/x\."; rm -rf ./*; mktemp -p /no/such; echo $?
### du, df and stat
mkdir d; head -c 10000 /data/words >d/a; head -c 5000 /data/words >d/b; du -a d | sort -k 2 | cut -f 2; du -s d | cut -f 2; stat -c '%n %s %F %a' d/a /dev/null /data/sub/link | sed 's/4096/S/'; stat nothing; echo $?; stat -f -c %T . >/dev/null; echo $?; stat -L -c %F /data/sub/link
### folders
mkdir a; mkdir a; echo $?; mkdir -p a/b/c; mkdir -m 700 p; stat -c %a p; mkdir x/y; echo $?; rmdir a; echo $?; cd a/b; pwd | sed 's,.*/work/[^/]*,HERE,'; cd ../..; ls -d */; cd a; rmdir ../a/b/c; cd b; rmdir ../b; ls; pwd >/dev/null; cd ..; echo $?
### a folder of many files
mkdir many; cd many; seq 1 1500 | xargs touch; ls | wc -l; ls | md5sum; rm 1*; ls | wc -l; find . -name '*7' | wc -l; echo * | wc -w; cd ..; rm -r many; ls
### long names and long paths
n=$(printf '%0255d' 0); touch $n; ls | wc -c; touch x$n; echo $?; d=a; i=0; while [ $i -lt 60 ]; do d=$d/folder-with-a-name-$i; i=$((i + 1)); done; mkdir -p $d && echo hi >$d/f; cat $d/f; find a | wc -l; rm -r a; p=$(printf '%05000d' 0); cat /$p; echo $?
### names with every byte
printf 'x' >"$(printf 'sp ace\ttab\nnewline')"; touch 'a*b' '$dollar' 'ü' '"quote"' "it's"; ls -b 2>/dev/null | sort | od -c | tail -n 3; for f in *; do echo "[$f]"; done; find . -type f -print0 | sort -z | tr '\0' '|'; rm -- *; ls
### what may not be done
cat /data/sub; echo $?; cd /data/table; echo $?; cat /data/table/x; echo $?; rmdir /; echo $?; mv /data /data/sub; echo $?; ln /data x; echo $?; mkdir /dev/null; echo $?
### devices
ls -l /dev/null | cut -c 1; cat /dev/null | wc -c; [ -c /dev/zero ]; echo $?; head -c 3 /dev/zero | md5sum; tty; echo $?; tty </dev/null; echo $?
### a file that grows while it is read
(for i in 1 2 3 4 5; do echo line $i; sleep 0.02; done) >grow & sleep 0.01; wait; cat grow; cat grow >>copy; wc -l <grow
### sync, users and mount points
sync; echo $?; cat /etc/passwd; grep -c . /etc/group; pwd -P | sed 's,.*/work/[^/]*,HERE,'; mountpoint /; echo $?; mountpoint /data; echo $?
