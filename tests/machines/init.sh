#!/busybox sh
# The first process of a booted machine. Its root becomes this machine's files, read-only, under a layer in memory that
# takes what is written; then command.sh is the first process.
/busybox mount -t proc proc /proc
/busybox mount -t devtmpfs dev /dev
/busybox mkdir -p /host /layer /machine
for module in /modules/*.ko; do /busybox insmod "$module"; done

share() { /busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,"$3" "$1" "$2"; }
share host /host ro,cache=loose
/busybox mount -t tmpfs layer /layer
/busybox mkdir /layer/written /layer/work
/busybox mount -t overlay -o lowerdir=/host,upperdir=/layer/written,workdir=/layer/work root /machine
/busybox mkdir -p /machine/.machine/share
/busybox cp /busybox /command.sh /machine/.machine
share share /machine/.machine/share rw
# Not a chroot: in one, nobody can make namespaces.
exec /busybox switch_root /machine /.machine/busybox sh /.machine/command.sh
