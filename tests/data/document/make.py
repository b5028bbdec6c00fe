#!/usr/bin/env python3
"""make.py -- write the sample documents of this folder: one text in six languages, each as
another kind of file. The words are calque's own. Run it here after changing it; what it
writes is committed, byte for byte the same each time."""
import zipfile

# For each language: heading, first paragraph up to its footnote, the footnote, the rest of the
# paragraph, two list items, four table cells, last paragraph, what was deleted from its middle,
# and its end.
TEXTS = {
    "en": ["The old bell of the harbour",
           "In 1912 the town bought a bell for 350 crowns. It weighs 1,200 kg and hangs above "
           "the north gate.", "The receipt is kept in the town hall.",
           " Every ship that arrives hears it.",
           "Ring once for fog.", "Ring twice for fire.",
           "Year", "Keeper", "1947", "Anna Berg",
           "Today nobody rings it by hand. A small motor does the work", ", and it often fails",
           ". Visitors may climb the tower on Sundays."],
    "fr": ["La vieille cloche du port",
           "En 1912, la ville acheta une cloche pour 350 couronnes. Elle pèse 1 200 kg et pend "
           "au-dessus de la porte nord.", "Le reçu est gardé à la mairie.",
           " Chaque navire qui arrive l’entend.",
           "Sonner une fois pour la brume.", "Sonner deux fois pour le feu.",
           "Année", "Gardien", "1947", "Anna Berg",
           "Aujourd’hui, personne ne la sonne à la main. Un petit moteur fait le travail",
           ", et il tombe souvent en panne",
           ". Le dimanche, les visiteurs peuvent monter à la tour."],
    "de": ["Die alte Glocke des Hafens",
           "Im Jahr 1912 kaufte die Stadt eine Glocke für 350 Kronen. Sie wiegt 1.200 kg und "
           "hängt über dem Nordtor.", "Die Quittung liegt im Rathaus.",
           " Jedes Schiff, das ankommt, hört sie.",
           "Bei Nebel einmal läuten.", "Bei Feuer zweimal läuten.",
           "Jahr", "Wärter", "1947", "Anna Berg",
           "Heute läutet sie niemand mehr von Hand. Ein kleiner Motor tut die Arbeit",
           ", und er versagt oft", ". Sonntags dürfen Besucher auf den Turm steigen."],
    "ru": ["Старый колокол порта",
           "В 1912 году город купил колокол за 350 крон. Он весит 1200 кг и висит над северными "
           "воротами.", "Расписка хранится в ратуше.",
           " Его слышит каждый корабль, который приходит.",
           "При тумане звонить один раз.", "При пожаре звонить два раза.",
           "Год", "Смотритель", "1947", "Анна Берг",
           "Сегодня никто не звонит в него рукой. Работу делает маленький мотор",
           ", и он часто ломается",
           ". По воскресеньям посетители могут подняться на башню."],
    "ja": ["港の古い鐘",
           "1912年、町は350クローネで鐘を買った。重さは1,200kgで、北門の上に掛かっている。",
           "領収書は町役場に保管されている。", "着く船はみなその音を聞く。",
           "霧のときは一度鳴らす。", "火事のときは二度鳴らす。",
           "年", "番人", "1947", "アンナ・ベルグ",
           "今では誰も手で鳴らさない。小さなモーターが仕事をする", "が、よく壊れる",
           "。日曜日には見学者が塔に登れる。"],
    "ar": ["جرس الميناء القديم",
           "في عام 1912 اشترت المدينة جرسا بمبلغ 350 كرونة. يزن الجرس 1200 كغ وهو معلق فوق البوابة "
           "الشمالية.", "الإيصال محفوظ في دار البلدية.",
           " تسمعه كل سفينة تصل.",
           "يقرع مرة عند الضباب.", "يقرع مرتين عند الحريق.",
           "السنة", "الحارس", "1947", "آنا بيرغ",
           "اليوم لا يقرعه أحد باليد. محرك صغير يقوم بالعمل", "، وكثيرا ما يتعطل",
           ". يوم الأحد يمكن للزوار صعود البرج."],
}

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def pack(path, members):
    with zipfile.ZipFile(path, "w") as out:
        for name, text in members:
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            stored = name == "mimetype"
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            out.writestr(entry, text.encode())


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def docx(path, t):
    def run(text):
        return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'

    def paragraph(*runs, style=""):
        style = style and f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        return f"<w:p>{style}{''.join(runs)}</w:p>"

    def cell(text):
        return f"<w:tc><w:tcPr/>{paragraph(run(text))}</w:tc>"

    first, rest = t[1][:9], t[1][9:]
    body = (
        paragraph(run(t[0]), style="Heading1")
        + paragraph(run(first), run(rest),
                    '<w:r><w:footnoteReference w:id="2"/></w:r>', run(t[3]))
        + paragraph(run(t[4]), style="ListBullet") + paragraph(run(t[5]), style="ListBullet")
        + "<w:tbl><w:tblPr/>"
        + "".join(f"<w:tr>{cell(a)}{cell(b)}</w:tr>" for a, b in ((t[6], t[7]), (t[8], t[9])))
        + "</w:tbl>"
        + paragraph(run(t[10]),
                    '<w:del w:id="1" w:author="A" w:date="2026-01-01T00:00:00Z"><w:r>'
                    f'<w:delText xml:space="preserve">{t[11]}</w:delText></w:r></w:del>',
                    f'<w:ins w:id="2" w:author="A">{run(t[12])}</w:ins>')
        + "<w:sectPr/>")
    notes = (
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        f'<w:footnote w:id="2">{paragraph("<w:r><w:footnoteRef/></w:r>", run(t[2]))}</w:footnote>')
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    pack(path, [
        ("[Content_Types].xml", XML
         + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
         '<Default Extension="rels" '
         'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
         f'<Override PartName="/word/document.xml" ContentType="{kind}document.main+xml"/>'
         f'<Override PartName="/word/footnotes.xml" ContentType="{kind}footnotes+xml"/></Types>'),
        ("_rels/.rels", XML + f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
         f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'),
        ("word/_rels/document.xml.rels", XML
         + f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
         f'Type="{OFFICE}/footnotes" Target="footnotes.xml"/></Relationships>'),
        ("word/document.xml", XML
         + f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'),
        ("word/footnotes.xml", XML + f'<w:footnotes xmlns:w="{W}">{notes}</w:footnotes>'),
    ])


ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def odt(path, t):
    def row(a, b):
        return "<table:table-row>" + "".join(
            f"<table:table-cell><text:p>{x}</text:p></table:table-cell>" for x in (a, b)
        ) + "</table:table-row>"

    note = ('<text:note text:id="n1" text:note-class="footnote"><text:note-citation>1'
            f"</text:note-citation><text:note-body><text:p>{t[2]}</text:p></text:note-body>"
            "</text:note>")
    body = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
        f"<text:p>{t[11]}</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        f'<text:h text:outline-level="1">{t[0]}</text:h>'
        f"<text:p>{t[1]}{note}{t[3]}</text:p>"
        f"<text:list><text:list-item><text:p>{t[4]}</text:p></text:list-item>"
        f"<text:list-item><text:p>{t[5]}</text:p></text:list-item></text:list>"
        f"<table:table>{row(t[6], t[7])}{row(t[8], t[9])}</table:table>"
        f'<text:p>{t[10]}<text:change text:change-id="c1"/>'
        f"<office:annotation><text:p>?</text:p></office:annotation>{t[12]}</text:p>")
    spaces = " ".join(f'xmlns:{x}="{ODF}{x}:1.0"' for x in ("office", "text", "table"))
    mime = "application/vnd.oasis.opendocument.text"
    pack(path, [
        ("mimetype", mime),
        ("META-INF/manifest.xml", XML
         + f'<m:manifest xmlns:m="{ODF}manifest:1.0"><m:file-entry m:full-path="/" '
         f'm:media-type="{mime}"/><m:file-entry m:full-path="content.xml" '
         'm:media-type="text/xml"/></m:manifest>'),
        ("content.xml", XML + f"<office:document-content {spaces}><office:body><office:text>"
         f"{body}</office:text></office:body></office:document-content>"),
    ])


def markdown(path, t):
    text = f"""---
title: bell
---
# {t[0]}

{t[1]}[^1]
{t[3].strip()}

[^1]: {t[2]}

* {t[4]}
* {t[5]}

| {t[6]} | {t[7]} |
| --- | --- |
| {t[8]} | *{t[9]}* |

{t[10]}<!-- {t[11]} -->{t[12]}
"""
    open(path, "w", encoding="utf-8", newline="\n").write(text)


def html(path, t, encoding):
    text = f"""<!DOCTYPE html>
<html><head><meta charset="{encoding}"><title>-</title><style>p {{ margin: 0 }}</style></head>
<body><h1>{t[0]}</h1>
<p>{t[1]}
{t[3]}</p><aside>{t[2]}</aside>
<ul><li>{t[4]}<li>{t[5]}</ul>
<table><tr><th>{t[6]}<th>{t[7]}<tr><td>{t[8]}<td><b>{t[9]}</b></table>
<p>{t[10]}<del>{t[11]}</del>{t[12]}<script>nothing()</script></p>
</body></html>
"""
    open(path, "w", encoding=encoding, newline="\n").write(text)


def plain(path, t, encoding):
    lines = [t[0], t[1] + t[3], t[2], *t[4:10], t[10] + t[12]]
    open(path, "w", encoding=encoding, newline="\n").write("\n".join(lines) + "\n")


docx("bell.en.docx", TEXTS["en"])
docx("bell.ar.docx", TEXTS["ar"])
odt("bell.fr.odt", TEXTS["fr"])
odt("bell.ja.odt", TEXTS["ja"])
markdown("bell.de.md", TEXTS["de"])
html("bell.ru.html", TEXTS["ru"], "windows-1251")
plain("bell.ja.sjis.txt", TEXTS["ja"], "shift_jis")
plain("bell.ru.koi8.txt", TEXTS["ru"], "koi8-r")
plain("bell.en.txt", TEXTS["en"], "utf-8")
