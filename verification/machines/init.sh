#!/usr/bin/busybox sh
# The first process of the guest: what Node.js needs of a system, then guest.js, then a line that says how it ended.
export PATH=/usr/bin HOME=/tmp NO_COLOR=1
busybox mount -t proc proc /proc
busybox mount -t sysfs sys /sys
busybox mount -t devtmpfs dev /dev
busybox mount -t tmpfs tmp /tmp
busybox mkdir -p /dev/shm
busybox mount -t tmpfs shm /dev/shm
busybox ip link set lo up
busybox --install -s /usr/bin
echo 1 >/proc/sys/kernel/printk
cd /app
echo 'the guest begins'
node dist/verification/machines/guest.js
echo "the guest has ended with status $?"
busybox poweroff -f
