rule bytes_are_packed {
    meta:
        kinds = "elf pe"
    strings:
        $upx = "UPX!"
        $first = "UPX0"
        $second = "UPX1"
        $info = "$Info: This file is packed with the UPX executable packer"
    condition:
        $upx and ($info or ($first and $second))
}
