rule bytes_take_browser_passwords {
    meta:
        kinds = "script python powershell text pickle elf pe macho"
    strings:
        $data = "\\Login Data" nocase
        $state = "\\Local State" nocase
        $profile = /(Google\\+Chrome|BraveSoftware|Microsoft\\+Edge|Mozilla\\+Firefox)\\+/ nocase
        $unlock = "CryptUnprotectData"
        $key = "encrypted_key"
        $logins = "logins.json"
        $sql = "password_value"
    condition:
        ($data or $logins or $sql) and ($unlock or $key) and ($state or $profile)
}
