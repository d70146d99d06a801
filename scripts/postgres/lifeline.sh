#!/usr/bin/env bash
# Runs one command that must not outlive whoever started it.
#
#   lifeline.sh SIGNAL GRACE FOLDER LOG COMMAND [ARG…]
#
# Our standard input is a pipe that the starter holds open and never writes to. It closes when the starter lets go
# or dies, however it dies (a kill -9 runs no handler, but the kernel still closes the pipe). Then the command and
# its whole process group get SIGNAL, and after GRACE seconds SIGKILL. FOLDER, unless it is "-", is deleted at the
# end: it is where the command kept its data. LOG, unless it is "-", gets what the command prints.
set -u
signal=$1 grace=$2 folder=$3 log=$4
shift 4

exec 3<&0
[ "$log" = "-" ] || exec >>"$log" 2>&1

# A signal sent to us means the same as a closed pipe; whatever arrives, we leave only after the command. Set before the
# command starts, which may say that it runs, and be answered with a signal, before we have got any further. One that
# arrives before we know whom to pass it to is passed on as soon as we do.
child= asked=
pass_on() {
  asked=1
  [ -z "$child" ] || kill "-$signal" -- "-$child" 2>/dev/null
}
trap pass_on INT TERM HUP

set -m # the command becomes the leader of its own process group
"$@" </dev/null 3<&- &
child=$!
set +m
[ -z "$asked" ] || pass_on

# The watcher uses only builtins, so that ending it leaves nothing behind.
(
  while read -r _ <&3; do :; done
  kill "-$signal" -- "-$child" 2>/dev/null
  for ((waited = 0; waited < grace * 10; waited++)); do
    kill -0 -- "-$child" 2>/dev/null || exit 0
    sleep 0.1
  done
  kill -KILL -- "-$child" 2>/dev/null
) &
watcher=$!

# Wait before looking: a command that ended at once is gone when we look, and only `wait` still knows its status.
while :; do
  wait "$child"
  status=$?
  kill -0 "$child" 2>/dev/null || break
done
# A signal cuts `wait` short; the status of a command that ended meanwhile is still to be had (127: it was had).
if [ "$status" -gt 128 ]; then
  wait "$child" 2>/dev/null
  late=$?
  [ "$late" -eq 127 ] || status=$late
fi
kill "$watcher" 2>/dev/null
wait "$watcher" 2>/dev/null

# What the command itself left running goes with it.
kill -KILL -- "-$child" 2>/dev/null
[ "$folder" = "-" ] || rm -rf -- "$folder"
exit "$status"
