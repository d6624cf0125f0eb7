rule bytes_run_shellcode {
    meta:
        kinds = "script python powershell text pickle"
    strings:
        $alloc = /\bVirtualAlloc(Ex)?\b/
        $thread = /\bCreate(Remote)?Thread\b/
        $move = /\b(RtlMoveMemory|WriteProcessMemory|memmove)\b/
        $windll = /\bctypes\.windll\b|\bkernel32\b/ nocase
        $map = /mmap\.mmap\s*\([^\n]{0,120}PROT_EXEC/
        $cast = /ctypes\.(CFUNCTYPE|cast)\b/
        $bytes = /(\\x[0-9a-f]{2}){40,}/ nocase
    condition:
        ($alloc and $thread and $move and $windll) or ($map and $cast and $bytes)
}
