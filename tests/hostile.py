"""Forty texts that strangers may type, paste, upload or name things by, each of which some program has stumbled over.

Each that could become formatting carries a word of its own: where that word stands alone in an element, it was rendered and not shown.
"""

from __future__ import annotations

STRINGS: dict[str, str] = {
    "empty": "",
    "spaces": " \t \u00a0\u2003 ",
    "newlines": "\n\r\n\n",
    "long": "a quick room " * 7_700,  # 100,100 characters
    "one-word": "x" * 5_000,
    "unknown": "ꙮ 𓀀 𓁐 ᚠᛇᚻ ☃ ⸎",
    "right-to-left": "שלום עולם، مرحبا بالعالم",
    "bidi": "user\u202egnp.exe\u202c \u2066in\u2069 \u200fmark",
    "emoji": "😀👩‍👩‍👧‍👦🏳️‍🌈👍🏽 1️⃣",
    "joiners": "نمی\u200cخواهم क्\u200dष a\u200bb \ufeffc",
    "combining": "Z͑ͫ̓a̸l̵g̷o̶" + "\u0301" * 60,
    "script": "</script><script>window.taken=1</script>",
    "image": "<img src=x onerror=\"window.taken=1\"><svg onload='window.taken=1'>",
    "frame": "<iframe src=//example.org></iframe><object data=x></object><base href=//example.org>",
    "html": "<b>boldword</b><br><a href='https://example.org/hrefword'>hrefword</a>",
    "attribute": "\" autofocus onfocus=window.taken=1 x=' onmouseover='window.taken=1",
    "comment": "<!-- --> <![CDATA[ ]]> <style>*{display:none}</style> &lt;i&gt; &#60; &amp;nbsp; &copy;",
    "bold": "**strongword** __strongword__ *emword* ~~delword~~ `codeword`",
    "link": "[linkword](https://example.org/linkword) <https://example.org/autoword> ![altword](https://example.org/x.png)",
    "bare-link": "https://example.org/bareword www.example.org/bareword who@example.org",
    "javascript": "[jsword](javascript:window.taken=1) javascript:window.taken=1 data:text/html,<script>window.taken=1</script>",
    "heading": "# headword\n## headword\n- listword\n1. listword\n> quoteword\n\n---\n| a | b |\n|---|---|\n| cellword | c |",
    "formula": "$x^2$ $$\\frac{a}{b}$$ \\(y\\) \\[z\\] costs $5 or $6",
    "colour": ":red[redword] :blue-background[backword] :small[smallword] :gray-badge[badgeword]",
    "icon": ":material/home: :smile: :streamlit: -> <- -- :rainbow[rainword]",
    "null": "be\x00fore\x00 after",
    "control": "\x01\x07\x08\x0b\x0c\x1b[31mred\x1b[0m\x7f\x85\x9b",
    "surrogate": "half \ud83d a pair \udc00",
    "noncharacter": "\ufffe\uffff\U0001ffff \ue000 \u2028line\u2029paragraph",
    "formula-equals": "=1+1",
    "formula-call": '=HYPERLINK("http://example.org","clickword")',
    "formula-others": "+1+1|cmd' /C calc'!A0",
    "formula-at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "json": '{"texts": ["x"], "a": null}, \\u003cscript\\u003e \\x3c \\n',
    "braces": "{x} {{x}} {0} {0.__class__} {x!r} }{ {",
    "percent": "%s %d %(x)s %n %% ${x} #{x} <%= x %> {{7*7}}",
    "path": "../../etc/passwd C:\\Windows\\..\\x /dev/null ~ file:///etc/passwd",
    "sql": "'; DROP TABLE runs; -- \" OR 1=1 /*",
    "separators": 'a,b;c\t"d""e" \'f\' "unclosed',
    "none": "None NaN null true undefined [object Object]",
}
EMPTY = ("empty", "spaces", "newlines")
"""Of those, the ones without any word."""

SEEN = """() => {
  const roots = [document.querySelector("[data-testid=stApp]")];
  for (const root of roots) for (const one of root.querySelectorAll("*")) if (one.shadowRoot) roots.push(one.shadowRoot);
  const bad = ["script", "iframe:not([title])", "object", "base", "img:not([alt=Logo]):not([data-testid])", "[onerror]", "[onload]",
    "[onfocus]", ".katex", "a[href*='//example.org']", "a[href^=javascript]", "a[href^='data:text']", "a[href^=mailto]",
    "[src*='example.org']"].join(", ");
  const marked = ["strong", "b", "em", "i", "u", "del", "s", "code", "a", "h1", "h2", "h3", "li", "blockquote", "th", "tspan",
    "[class*=Markdown]"].join(", ");
  const words = /^(strong|em|del|code|link|auto|js|head|list|quote|cell|bold|href|red|back|small|badge|rain|bare|click)word$/;
  const found = [];
  for (const root of roots) {
    for (const one of root.querySelectorAll(bad))
      if (!one.closest("[data-testid=stLatex], .stLatex")) found.push(one.outerHTML.slice(0, 200));
    for (const one of root.querySelectorAll(marked))
      if (!one.children.length && words.test(one.textContent.trim())) found.push("rendered: " + one.parentElement.outerHTML.slice(0, 200));
  }
  return window.taken ? ["a script ran", ...found] : found;
}"""
"""What a page shows of them that it must not: elements that came out of a text, and words that stand alone where markup was read."""
