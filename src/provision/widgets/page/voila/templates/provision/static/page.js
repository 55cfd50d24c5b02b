// Tells the reader how the page's calculations are: being opened, or stopped. Widgets of a restarted kernel are
// dead although the kernel lives, so a restart counts as stopped for good; a connection lost may come back.
"use strict";

(() => {
  const AT_ONCE = 300; // ms; a connection that is back sooner was never missed
  const LEAVING = 8000; // ms; a page that is being left or loaded anew says nothing meanwhile
  const ASKED = 2000; // ms
  const KERNEL = 60; // s; what Voilà gives a kernel to start
  let dead = false;
  let lost = 0;
  let leaving = false;

  const show = (stopped) => {
    const banner = document.getElementById("stopped");
    banner.hidden = !stopped;
    if (stopped) document.getElementById("opening").hidden = true;
  };

  const stop = () => {
    clearTimeout(lost);
    lost = setTimeout(() => show(true), leaving ? LEAVING : AT_ONCE);
  };

  const die = () => {
    dead = true;
    clearInterval(asking);
    stop();
  };

  // Until the widgets' connection stands, the server is asked: a page that breaks off counts as loading for ever,
  // and a kernel that dies in a cell may be restarted, idle, while Voilà waits for the cell's end for ever.
  const ours = document.currentScript.src;
  let idle = 0;
  const asking = setInterval(async () => {
    const kernel = document.getElementById("jupyter-config-data")?.dataset.kernel;
    try {
      const answer = await fetch(kernel ?? ours, { cache: "no-store" });
      if (!answer.ok) return die();
      const works = !kernel || document.readyState !== "loading" || (await answer.json()).execution_state === "busy";
      idle = works ? 0 : idle + 1;
      if (idle === 2) die();
    } catch {
      die();
    }
  }, ASKED);

  const back = () => {
    clearInterval(asking);
    if (dead) return;
    clearTimeout(lost);
    show(false);
  };

  const hear = ({ data }) => {
    if ((data.byteLength ?? data.length) > 4096) return; // a word of state is short; a chart is not
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    if (/"execution_state": ?"(restarting|dead)"/.test(text)) die();
  };

  // The widgets' own connection is listened to: what they do not hear, nobody needs to.
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      if (!/\/api\/kernels\/[^/]+\/channels/.test(this.url)) return;
      this.addEventListener("open", back);
      this.addEventListener("close", stop);
      this.addEventListener("message", hear);
    }
  };

  // Called every ten seconds while the page waits. The first cell comes as soon as there is a kernel.
  let waited = 0;
  window.voila_heartbeat = () => {
    waited += 10;
    if (waited >= KERNEL && !document.querySelector("#cells .jp-Cell")) die();
  };

  addEventListener("beforeunload", () => {
    leaving = true;
    setTimeout(() => (leaving = false), LEAVING);
  });

  // Voilà ends the kernel of a page that is left, if the page shows this cookie, which it forgets to set.
  if (!/\b_xsrf=/.test(document.cookie)) {
    document.cookie = `_xsrf=${crypto.randomUUID().replaceAll("-", "")}; path=/; samesite=strict`;
  }

  document.addEventListener("click", ({ target }) => {
    if (target.closest("#stopped button")) location.reload();
  });

  const opened = new MutationObserver(() => {
    const died = document.querySelector("[data-died]");
    if (!died && !document.querySelector("#cells .jupyter-widgets, #cells .failed")) return;
    opened.disconnect();
    document.getElementById("opening").hidden = true;
    if (died) die();
  });
  opened.observe(document, { childList: true, subtree: true });

  history.replaceState(null, "", location.pathname); // the token has become a cookie; it need not be seen
})();
