### gzip and gunzip
cp /data/words w; gzip w; ls; gunzip w.gz; cmp w /data/words && echo same; gzip -c w | gunzip | cmp - w && echo same; gzip -9 -c w | md5sum; gzip -1 -c w | zcat | md5sum; zcat </data/table; echo $?; gzip nothing; echo $?; gzip -k w; gzip w; echo $?; gzip -t w.gz; echo $?; head -c 1000 w.gz >cut.gz; gunzip -t cut.gz; echo $?; gunzip -c cut.gz | md5sum
### bzip2 and bunzip2
cp /data/words w; bzip2 w; ls; bunzip2 w.bz2; cmp w /data/words && echo same; bzip2 -c w | bunzip2 | md5sum; bzip2 -9 -c w | md5sum; bzcat </data/table; echo $?
### unxz and unlzma refuse what is none
unxz -c </data/table; echo $?; unlzma -c </data/table; echo $?; xzcat /data/table; echo $?; uncompress </data/table; echo $?
### tar keeps modes, links and times
mkdir t; cp -a /data/sub /data/table t; chmod 4751 t/table; ln t/table t/hard; ln -s table t/soft; touch -h -d @1400000000 t/soft; mkfifo t/pipe; mkdir -m 700 t/private; touch -d @1500000000 t/private
tar cf a.tar -C t .; tar tf a.tar | sort; mkdir o; tar xpf a.tar -C o; (cd o; find . | sort | xargs stat -c '%n %a %F %h'); stat -c %Y o/table o/private; readlink o/soft; cmp t/sub/bytes o/sub/bytes && echo same
tar tvf a.tar ./table ./soft | tr -s ' ' | sed "s/ [^ ]*\/[^ ]* / /"; tar xOf a.tar ./table; tar tf nothing.tar; echo $?; tar xf a.tar none; echo $?
### tar compresses and reads pipes
tar czf a.tgz -C /data sub table; tar tzf a.tgz | sort; tar cf - -C /data . | tar xf - ; ls; tar cjf a.tbz -C /data table; tar xjOf a.tbz; tar czf - -C /data words | gunzip | tar xOf - | md5sum; tar cf - --exclude sub -C /data . | tar t | sort; echo garbage | tar x; echo $?
### tar made by itself is what it was
mkdir a; (cd a; seq 1 300 | while read n; do echo $n >f$n; done); tar cf x.tar a; mv a b; tar xf x.tar; diff -r a b && echo equal; tar tf x.tar | wc -l
### cpio
mkdir t; cp /data/table t; ln -s table t/link; mkdir t/d; (cd t; find . | sort | cpio -o -H newc 2>/dev/null) >a.cpio; cpio -t <a.cpio | sort; mkdir o; (cd o; cpio -id <../a.cpio); ls -R o; readlink o/link; cpio -t </data/table; echo $?
### ar and unzip
echo a >x; echo b >y; ar r lib.a x y 2>/dev/null; echo $?; ar t lib.a 2>/dev/null; printf 'PK\005\006\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >empty.zip; unzip -l empty.zip; echo $?; unzip -l /data/table; echo $?
### a pipeline of archives
tar cf - -C /data . | gzip -c | bzip2 -c | tee all | bunzip2 -c | gunzip -c | tar tf - | sort; [ -s all ] && echo some; rm all
### an archive in an archive
mkdir -p in; echo data >in/file; (cd in; tar czf ../data.tar.gz file); tar cf outer.tar data.tar.gz; rm -r in data.tar.gz; tar xf outer.tar; tar xzf data.tar.gz; cat file
### sums of a whole tree
cd /data; find . -type f | sort | xargs sha256sum; find . -type f -exec md5sum {} + | sort | md5sum; tar cf - table words sub/bytes | wc -c
