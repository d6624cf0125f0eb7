rule bytes_send_to_webhook {
    meta:
        kinds = "script python powershell text pickle"
    strings:
        $discord = /discord(app)?\.com\/api\/webhooks\/[0-9]{8,}/
        $telegram = /api\.telegram\.org\/bot["\']?\s*\+|api\.telegram\.org\/bot(\{|[0-9]{6,})/
        $slack = /hooks\.slack\.com\/services\/T[A-Z0-9]{6,}/
        $drop = /(webhook\.site|pipedream\.net|requestbin\.\w+|\.ngrok(-free)?\.(io|app)|oast\.(fun|pro|live|me)|burpcollaborator\.net|interact\.sh)\b/
        $read = /os\.environ|getenv|\.ssh\/|\.aws\/|id_rsa|Cookies|\/etc\/passwd|gethostname|getuser\(|\.env\b/
    condition:
        ($discord or $telegram or $slack or $drop) and $read
}
