#!/busybox sh
# The first process of a booted machine: this machine's files, read-only, under a layer in memory that takes what is
# written. Runs the command as a user, and leaves its output, status and files in the second share.
/busybox mount -t proc proc /proc
/busybox mount -t devtmpfs dev /dev
/busybox mkdir -p /host /share /layer /machine
for module in /modules/*.ko; do /busybox insmod "$module"; done

share() { /busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,"$3" "$1" "$2"; }
share host /host ro,cache=loose
share share /share rw
/busybox mount -t tmpfs layer /layer
/busybox mkdir /layer/written /layer/work
/busybox mount -t overlay -o lowerdir=/host,upperdir=/layer/written,workdir=/layer/work root /machine
/busybox mount -t proc proc /machine/proc
/busybox mount -t sysfs sys /machine/sys
/busybox mount -t devtmpfs dev /machine/dev
/busybox mkdir -p /machine/dev/shm /machine/out
/busybox mount -t tmpfs shm /machine/dev/shm
/busybox mount -t tmpfs out /machine/out
/busybox ln -s /proc/self/fd /machine/dev/fd
/busybox chmod 1777 /machine/dev/shm /machine/out

# The user may enter the folders on the way to what the command needs; only here, not on the real disk.
while read -r folder; do /busybox chmod o+x "/machine$folder"; done </share/reach

/busybox uname -r >/share/kernel
# setpriv changes the user, and keeps no group.
/busybox chroot /machine /usr/bin/setpriv --reuid "$(/busybox cat /share/user)" --regid 65534 --clear-groups \
    /bin/sh -s </share/command >/share/output 2>&1
/busybox echo $? >/share/status
/busybox cp -R /machine/out /share/
/busybox sync
/busybox reboot -f # qemu is told to end instead
