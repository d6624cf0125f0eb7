rule bytes_open_reverse_shell {
    meta:
        kinds = "script python powershell text pickle"
    strings:
        $bash = /\b(ba|z|k)?sh\s+-i\s*(>&|<|&>|1>)[^\n]{0,40}\/dev\/(tcp|udp)\/[0-9A-Za-z$]/
        $netcat = /\bn(c|cat|etcat)(\.exe)?\s[^\n]{0,80}-(e|c)\s*(\/bin\/(ba|z|da)?sh|cmd|powershell)/
        $mkfifo = /mkfifo\s+[^\n]{1,60}\|\s*(\/bin\/)?(ba)?sh\s+-i[^\n]{0,40}\|\s*nc\b/
        $dup = /os\.dup2\s*\(\s*\w{1,20}\.fileno\s*\(\s*\)\s*,\s*[012]\s*\)/
        $spawn = /pty\.spawn\s*\(|subprocess\.(call|run|Popen)\s*\(\s*\[?\s*["\']\/bin\/(ba)?sh["\']/
        $client = /New-Object\s+(System\.)?Net\.Sockets\.TCPClient\s*\(/ nocase
        $iex = /\b(iex|Invoke-Expression)\b/ nocase
    condition:
        $bash or $netcat or $mkfifo or ($dup and $spawn) or ($client and $iex)
}
