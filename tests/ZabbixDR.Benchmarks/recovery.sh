# A point-in-time recovery by shell, over multiplexed OpenSSH: the rival of P6.
#   recovery.sh bare|sure FOLDER LEADER LEADER_ADDRESS STANDBY_ADDRESS ETCD_ADDRESSES ZABBIX_ADDRESSES
# bare: what has to be done, in the runbook's order, and nothing to be sure: no refusal, no lock, no journal, no fence, no look.
# sure: the commands that the runbook's plan shows, each of its checks by one command before and after, its refusals, its lock and its journal.
set -eu
care=$1 folder=$2 leader=$3 leader_address=$4 standby_address=$5 etcd=$6 zabbix=$7
data=/var/lib/postgresql/17/main bin=/usr/lib/postgresql/17/bin aside=$data.before-bench kept=/var/lib/zabbixdr/bench
target=$(cat "$folder/bench.target")
journal=$folder/bench.journal
trap 'for control in "$folder"/bench-*; do ssh -F none -S "$control" -O exit any 2>/dev/null || :; done' EXIT

on() { local address=$1; shift; ssh -F none -i "$folder/id_ed25519" -o UserKnownHostsFile="$folder/known_hosts" -o BatchMode=yes -o ControlMaster=auto -o ControlPath="$folder/bench-%h" -o ControlPersist=300 "zabbixdr@$address" "$@"; }
is_sure() { [ "$care" = sure ]; }
sure() { ! is_sure || "$@"; }
each() { local address; for address in $1; do on "$address" "$2" & done; wait; }
psql() { on "$1" "cd /; sudo -u postgres psql -XAtq -d zabbix $2"; }
own() { psql "$leader_address" "-h /tmp $1"; }
archived() { until on "$leader_address" "sudo test -e $data/pg_wal/archive_status/$1.done"; do sleep 0.3; done; }
backrest() { on "$leader_address" "cd /; sudo -u postgres pgbackrest --log-level-console=off $1"; }
start() { on "$leader_address" "cd /; sudo -u postgres $bin/pg_ctl -D $data -w -t 600 -s -l /tmp/bench.log -o '-c listen_addresses= -c unix_socket_directories=/tmp -c hot_standby=off -c synchronous_standby_names= -c archive_mode=on $1' start"; }
stop() { on "$leader_address" "cd /; sudo -u postgres $bin/pg_ctl -D $data -w -t 600 -s -m fast stop"; }

# Whole, and by a rename, as a reader must find it.
put() { on "$1" "sudo sh -c 'set -eu; part=\$(mktemp $2.XXXXXXXX); cat >\$part; chmod 644 \$part; sync \$part; mv -fT \$part $2; sync ${2%/*}'"; }

# The intent is on the node, and on one of each site, before the step begins.
intent() {
    is_sure || return 0
    local address
    printf '{"event":"Begun","step":"%s","filler":"%0500d"}\n' "$1" 0 >>"$journal"
    for address in $(printf '%s\n' "$2" "$leader_address" "$standby_address" | sort -u); do put "$address" $kept.jsonl <"$journal" & done
    wait
}

look() { sure on "$1" "$2" >/dev/null; }
unit() { look "$1" "systemctl show --property=ActiveState,MainPID,NeedDaemonReload $2; test -e /etc/systemd/system/$2.service.d/bench.conf || :"; }
fence() {
    unit "$1" "$2"
    intent "fence-$2" "$1"
    sure on "$1" "sudo sh -c 'set -eu; folder=/etc/systemd/system/$2.service.d; mkdir -p \$folder; printf \"[Unit]\nAssertPathExists=!%s\n\" \$folder/bench.conf >\$folder/part; sync \$folder/part; mv -fT \$folder/part \$folder/bench.conf; sync \$folder; systemctl daemon-reload'"
    on "$1" "sudo systemctl stop $2"
    unit "$1" "$2"
}
unfence() {
    unit "$1" "$2"
    intent "unfence-$2" "$1"
    sure on "$1" "sudo sh -c 'rm -f /etc/systemd/system/$2.service.d/bench.conf; systemctl daemon-reload'"
    on "$1" "sudo systemctl start --no-block $2"
    unit "$1" "$2"
}
way() {
    backrest '--stanza=zabbix-cluster --output=json info'
    psql "$leader_address" "-c 'SELECT pg_is_in_recovery(), pg_current_wal_lsn()'"
    backrest '--repo=1 --recurse --output=json repo-ls backup/zabbix-cluster'
    backrest '--repo=1 --recurse --output=json repo-ls archive/zabbix-cluster'
} >/dev/null
who() { psql "$1" "-c 'SELECT pg_is_in_recovery(), system_identifier FROM pg_control_system()'" >/dev/null; }

if is_sure; then
    # As long as a plan of 28 steps.
    printf '%028000d\n' 0 >"$journal"
    each "$leader_address $standby_address $etcd $zabbix" 'cat /etc/machine-id /etc/os-release' >/dev/null
    who "$leader_address" & who "$standby_address" & wait
    way
    curl -sf "http://$leader_address:8008/cluster" >/dev/null
    curl -sf "http://$leader_address:8008/config" >/dev/null
    on "$leader_address" "sudo df --output=avail $data" >/dev/null
    each "$leader_address $standby_address $etcd $zabbix" "sudo sh -c 'mkdir -p ${kept%/*}; exec 9<>$kept.lock; flock -w 30 9; echo bench >&9; sync $kept.lock'"
fi

intent close-wal "$leader_address"
archived "$(psql "$leader_address" "-c \"SELECT pg_walfile_name(pg_logical_emit_message(true, 'bench', ''))\" -c 'SELECT pg_switch_wal()'" | head -n 1)"
sure way
if is_sure; then
    intent keep-configuration "$leader_address"
    curl -sf "http://$leader_address:8008/config" | put "$leader_address" $kept.configuration.json
    for address in $zabbix; do fence "$address" zabbix-server; done
    who "$leader_address"
    who "$standby_address"
else
    each "$zabbix" 'sudo systemctl stop zabbix-server'
fi
fence "$standby_address" patroni
fence "$leader_address" patroni
look "$leader_address" "! pgrep -x postgres"
look "$standby_address" "! pgrep -x postgres"
look "$leader_address" "! test -e $kept.aside"
intent aside "$leader_address"
on "$leader_address" "sudo mv $data $aside && sudo install -d -m 0700 -o postgres -g postgres $data"
sure on "$leader_address" "sudo sh -c ': >$kept.aside; sync $kept.aside'"
look "$leader_address" "! test -e $kept.restored"
intent restore "$leader_address"
backrest "--stanza=zabbix-cluster --type=time --target='$target' --target-action=promote restore"
sure on "$leader_address" "sudo sh -c 'sync -f $data; : >$kept.restored; sync $kept.restored'"
look "$leader_address" "test -e $kept.restored"
intent recover "$leader_address"
start '-c archive_command='
# Without hot standby pg_ctl is content with a server that still recovers.
until own "-c 'SELECT 1'" 2>/dev/null | grep -qx 1; do sleep 0.2; done
look "$leader_address" "sudo grep -c 'recovery stopping before' /tmp/bench.log"
intent checked "$leader_address"
own "-c 'SELECT mandatory FROM dbversion' -c 'SELECT count(*) FROM hosts' -c 'SELECT count(*) FROM items'" >"$folder/bench.checked"
intent seal "$leader_address"
stop
start ''
own '-c CHECKPOINT'
archived "$(own "-c 'SELECT pg_walfile_name(pg_switch_wal())'")"
intent rest "$leader_address"
stop
look "$leader_address" "sudo $bin/pg_controldata $data | grep -q 'shut down'"
unit "$standby_address" patroni
unfence "$leader_address" patroni
intent leads "$leader_address"
waited=0
until curl -sf "http://$leader_address:8008/primary" >/dev/null; do
    sleep 0.5; waited=$((waited + 1))
    # As long as the runbook waits before it tells Patroni.
    if [ $((waited % 12)) = 0 ]; then curl -s -d "{\"candidate\": \"$leader\"}" "http://$leader_address:8008/failover" >/dev/null; fi
done
sure curl -sf "http://$leader_address:8008/config" >/dev/null
if is_sure; then
    for address in $zabbix; do unfence "$address" zabbix-server; done
else
    each "$zabbix" 'sudo systemctl start zabbix-server'
fi
unfence "$standby_address" patroni
until psql "$leader_address" "-c 'SELECT count(*) FROM ha_node WHERE status = 3 AND lastaccess > extract(epoch FROM now()) - 10'" | grep -qx 1; do sleep 0.5; done
intent full-backup "$leader_address"
backrest '--stanza=zabbix-cluster --type=full --no-expire-auto backup'
sure backrest '--stanza=zabbix-cluster --output=json info' >/dev/null
until psql "$leader_address" "-c \"SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'\"" | grep -qx 1; do sleep 0.5; done
if is_sure; then
    intent write "$leader_address"
    psql "$leader_address" "-c \"SELECT pg_logical_emit_message(true, 'bench', '')\"" >/dev/null
    each "$leader_address $standby_address $etcd $zabbix" "sudo sh -c 'rm -f $kept.*; sync ${kept%/*}'"
fi
