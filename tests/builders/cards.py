"""Cards of models and of data, good and hostile."""

from tests.builders.reading import artifact_of

FULL = """---
license: apache-2.0
language: [en, de]
base_model: Qwen/Qwen2.5-7B
datasets: [HuggingFaceH4/no_robots]
pipeline_tag: text-generation
library_name: transformers
tags: [text-generation]
co2_eq_emissions: {emissions: 12}
model-index:
- name: careful
  results:
  - task: {type: text-generation}
    dataset: {name: GSM8K, type: gsm8k, split: test}
    metrics: [{type: accuracy, value: 0.61}]
---
# Model Card for careful-7b

## Model description
A decoder-only transformer with 7.6 billion parameters. Developed by: Someone (someone@example.com).

## Intended uses
Written for answers to questions. Input: text. Output: text. Context length: 32,768 tokens.

### Out-of-scope use
Advice on health.

## Bias, risks and limitations
It makes mistakes.

## How to get started
```python
from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("someone/careful-7b")
```

## Training data
Trained on 10,000 examples.

## Training procedure
Learning rate 1e-5 on one A100.

## Evaluation
See above.

## Environmental impact
12 kg of CO2.

## Citation
@misc{careful}
"""

FORM = """---
license: other
extra_gated_prompt: "{prompt}"
extra_gated_fields:
  Name: text
  {field}: text
---
# A model
"""

PERSIAN = """---
language: fa
license: mit
---
# مدل زبانی فارسی

این مدل برای پردازش متن‌های فارسی ساخته شده است. می‌توانید آن را از huggingface.co دریافت کنید.
"""

ARABIC = "# نموذج لغوي\n\nهذا النموذج مخصص لمعالجة اللغة العربية. راجع https://github.com/someone/model\n"  # noqa: RUF001
HINDI = "# हिन्दी मॉडल\n\nयह मॉडल हिन्दी भाषा के लिए प्रशिक्षित किया गया है। क्‍या आप इसे चाहते हैं?\n"
CHINESE = "# 模型介绍\n\n## 训练数据\n\n本模型基于公开数据训练，参数量 7B。\n\n## 许可\n\nApache-2.0\n"  # noqa: RUF001
JAPANESE = "# 日本語モデル\n\n## 学習データ\n\n公開データで学習しました。\n\n## ライセンス\n\nMIT\n"
EMOJI = "# 🚀 Model 👩‍💻\n\n👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ 1️⃣ ✅\n\n> 🤗 https://huggingface.co/someone/model\n"
TAMIL = "# தமிழ் மாதிரி\n\nஇந்த மாதிரி தமிழ் மொழிக்காக உருவாக்கப்பட்டது.\n"

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 123456\n"


def scanned(files):
    """Read files of one scan with all readers, and let all joins speak; path to text or bytes."""
    from scanner import derive, reader
    from scanner.formats import discover
    from scanner.limits import DEFAULT

    facts = []
    for path, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        facts.extend(reader.read(artifact_of(raw, path), discover(), DEFAULT))
    for join in derive.discover(facts):
        facts.extend(join(facts))
    return facts


def told(files):
    """Map the rules of the bundle that speak about a scan to the highest severity each gives."""
    from scanner import engine
    from tests.builders.judged import _pack

    rules = _pack()
    order = ("info", "low", "medium", "high", "critical")
    found = {}
    for finding in engine.judge(scanned(files), rules.rules, rules.table):
        found[finding.rule] = max(found.get(finding.rule, "info"), finding.severity, key=order.index)
    return found
