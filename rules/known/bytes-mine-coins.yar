rule bytes_mine_coins {
    meta:
        kinds = "script python powershell text pickle elf pe macho"
    strings:
        $pool = /stratum\+(tcp|ssl|tls):\/\/[A-Za-z0-9.-]{4,80}/
        $miner = /\b(xmrig|minerd|cpuminer|t-rex|nbminer|ethminer)\b/ nocase
        $option = /--(donate-level|coin|rig-id|algo)[= ]/
    condition:
        $pool or ($miner and $option)
}
