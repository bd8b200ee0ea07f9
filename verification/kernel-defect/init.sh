#!/bin/busybox sh
# The guest: runs the reproducer until so many runs were conclusive, but at most twice as many; and says their exit
# statuses in one line. A control may fail where the host gives the guest's two CPUs too little time.
/bin/busybox mount -t proc proc /proc
echo 'the guest begins'
wanted=$(/bin/busybox cat /runs)
statuses=
conclusive=0
for _ in $(/bin/busybox seq $((2 * wanted))); do
  [ "$conclusive" -lt "$wanted" ] || break
  /bin/global_expedited >/output
  status=$?
  statuses="$statuses $status"
  [ "$status" = 2 ] || conclusive=$((conclusive + 1))
done
/bin/busybox cat /output
echo "statuses:$statuses"
echo 'the guest has ended with status 0'
/bin/busybox poweroff -f
