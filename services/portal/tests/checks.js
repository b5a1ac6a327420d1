// What axe does not see: a list of complaints. And the shape of a page, which says whether axe would see the same again.
const stops = () =>
  [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex='0']")]
    .filter((one) => one.checkVisibility() && !one.disabled && !(one.type === "radio" && !one.checked));

// What shows that it has the focus: itself, the pin of a map, what stands around a box to tick.
const marked = (one) => [one, ...one.querySelectorAll("circle"), ...(one.matches("[type=radio],[type=checkbox]") ? [one.closest(".ds-field")] : [])];

window.checks = {
  shape: () =>
    [...document.querySelectorAll("*")]
      .map((one) => [one.getBoundingClientRect(), one.checkVisibility()])
      .map(([box, seen]) => [box.x, box.y, box.width, box.height, seen].join())
      .join(";"),

  sideways: () => (document.documentElement.scrollWidth > innerWidth ? [`wide as ${document.documentElement.scrollWidth}`] : []),

  smallTargets: () => {
    const inText = (one) => one.tagName === "A" && getComputedStyle(one).display === "inline" && !one.closest("svg");
    const sizeOf = (one) => {
      const boxes = [one.querySelector("circle.hit") || one, ...(one.labels || [])].map((each) => each.getBoundingClientRect());
      return { width: Math.max(...boxes.map((box) => box.width)), height: Math.max(...boxes.map((box) => box.height)) };
    };
    return [...document.querySelectorAll("a,button,input:not([type=hidden]),select,textarea,summary")]
      .filter((one) => one.checkVisibility() && !one.classList.contains("ds-skip-link") && !inText(one))
      .filter((one) => sizeOf(one).width < 24 || sizeOf(one).height < 24)
      .map((one) => `${one.outerHTML.slice(0, 80)} is ${Math.round(sizeOf(one).width)} x ${Math.round(sizeOf(one).height)}`);
  },

  svgContrast: () => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgb = (colour) => {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (colour) => {
      const [r, g, b] = rgb(colour).map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
      const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    };
    const page = getComputedStyle(document.body).backgroundColor;
    const behind = (text) => {
      const pin = text.closest("a")?.querySelector("circle:not(.hit)");
      const land = text.closest(".map")?.querySelector(".land");
      return pin || land ? getComputedStyle(pin || land).fill : page;
    };
    const texts = [...document.querySelectorAll(".chart text,.map text")].map((one) => [one, contrast(getComputedStyle(one).fill, behind(one)), 4.5]);
    const shapes = [...document.querySelectorAll(".chart polyline,.chart rect")].map((one) => {
      const style = getComputedStyle(one);
      return [one, contrast(one.tagName === "rect" ? style.fill : style.stroke, page), 3];
    });
    return [...texts, ...shapes].filter(([, found, least]) => found < least).map(([one, found]) => `${one.outerHTML.slice(0, 80)}: ${found.toFixed(2)}`);
  },

  // With its focus from the keyboard, each must be seen to have it, and not lie behind something.
  focus: () => {
    const looks = (one) => marked(one).map((each) => getComputedStyle(each)).map((look) => [look.outlineStyle, look.outlineWidth, look.outlineColor, look.boxShadow, look.fill].join()).join();
    const isHidden = (one) => {
      const [box] = one.getClientRects();
      const middle = (from, to, most) => (Math.max(0, from) + Math.min(most, to)) / 2;
      const at = document.elementFromPoint(middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
      return ![one, ...(one.labels || [])].some((each) => each.contains(at) || at?.contains(each));
    };
    const mistake = (one) => {
      const before = looks(one);
      one.focus();
      if (document.activeElement !== one) return "does not take the focus";
      if (looks(one) === before) return "looks the same with the focus";
      return isHidden(one) && "has the focus behind something";
    };
    document.activeElement?.blur();
    return stops().map((one) => [one, mistake(one)]).filter(([, what]) => what).map(([one, what]) => `${one.outerHTML.slice(0, 80)} ${what}`);
  },

  // No shadow is drawn in forced colours. The link past the menu is there with the focus alone.
  forced: () =>
    stops()
      .filter((one) => !one.matches(".ds-skip-link"))
      .filter((one) => (one.focus(), marked(one).map((each) => getComputedStyle(each)).every((look) => look.outlineStyle === "none" || look.outlineWidth === "0px")))
      .map((one) => `${one.outerHTML.slice(0, 80)} has no outline`),

  stops: () => stops().filter((one) => one.type !== "radio").map((one) => one.outerHTML.slice(0, 90)),

  skipped: () =>
    [...document.querySelectorAll("[tabindex],a[href],button,input:not([type=hidden]),select,textarea,summary")]
      .filter((one) => one.checkVisibility() && (one.tabIndex > 0 || (one.tabIndex < 0 && one.matches("a,button,input,select,textarea,summary"))))
      .map((one) => `${one.outerHTML.slice(0, 80)} has tabindex ${one.tabIndex}`),

  clipped: () =>
    [...document.querySelectorAll("main *, header *, footer *")]
      .filter((one) => one.checkVisibility() && !one.closest(".ds-sr-only,svg,input,textarea") && /hidden|clip/.test(getComputedStyle(one).overflow))
      .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
      .map((one) => `${one.outerHTML.slice(0, 80)} is cut off`),

  // An error is told first, in words beside each box that has one.
  unread: () => {
    const summary = document.querySelector(".ds-error-summary");
    const told = (box) => [box, box.closest("fieldset")].some((one) => /-error( |$)/.test(one?.getAttribute("aria-describedby") || ""));
    const boxes = [...document.querySelectorAll("[aria-invalid=true]")].filter((box) => !told(box));
    const first = summary && !summary.contains(document.activeElement) ? ["the summary does not have the focus"] : [];
    return [...first, ...boxes.map((box) => `the error of ${box.name} is not read with it`)];
  },

  summaryLinks: () =>
    [...document.querySelectorAll(".ds-error-summary a")]
      .filter((link) => link.pathname === location.pathname)
      .filter((link) => {
        link.click();
        return document.activeElement?.id !== link.hash.slice(1);
      })
      .map((link) => `${link.hash} does not get the focus`),

  title: (status) =>
    document.querySelector(".ds-error-summary") && !/^(Fel|Error|خطأ|\[?Ř?F)/.test(document.title) && status === 422 ? [`the title is ${document.title}`] : [],
};
