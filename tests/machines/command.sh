# Runs the command as a user, and leaves its output, status and files in the second share.
busybox=/.machine/busybox share=/.machine/share
$busybox mount -t proc proc /proc
$busybox mount -t sysfs sys /sys
$busybox mount -t devtmpfs dev /dev
$busybox mkdir -p /dev/shm /out
$busybox mount -t tmpfs shm /dev/shm
$busybox mount -t tmpfs out /out
$busybox ln -s /proc/self/fd /dev/fd
$busybox chmod 1777 /dev/shm /out

# The user may enter the folders on the way to what the command needs; only here, not on the real disk.
while read -r folder; do $busybox chmod o+x "$folder"; done <$share/reach

$busybox uname -r >$share/kernel
/usr/bin/setpriv --reuid "$($busybox cat $share/user)" --regid 65534 --clear-groups \
    /bin/sh -s <$share/command >$share/output 2>&1
$busybox echo $? >$share/status
$busybox cp -R /out $share/
$busybox sync
$busybox reboot -f # qemu is told to end instead
