rule bytes_fetch_with_system_tool {
    meta:
        kinds = "script python powershell text pickle"
    strings:
        $certutil = /\bcertutil(\.exe)?\s[^\n]{0,60}-urlcache\s/ nocase
        $bits = /\bbitsadmin(\.exe)?\s[^\n]{0,60}\/transfer\s/ nocase
        $mshta = /\bmshta(\.exe)?\s+["\']?(https?|vbscript|javascript):/ nocase
        $regsvr = /\bregsvr32(\.exe)?\s[^\n]{0,60}\/i:https?:/ nocase
        $rundll = /\brundll32(\.exe)?\s+["\']?javascript:/ nocase
        $encoded = /\bpowershell(\.exe)?\s[^\n]{0,120}-e(nc|ncodedcommand|c)?\s+[A-Za-z0-9+\/=]{40,}/ nocase
        $load = /\b(iex|Invoke-Expression)\s*\(?[^\n\\|]{0,40}(DownloadString|Invoke-WebRequest|iwr|irm)\b/ nocase
        $defender = /(Add|Set)-MpPreference\s[^\n]{0,60}-(ExclusionPath|DisableRealtimeMonitoring)/ nocase
    condition:
        any of them
}
