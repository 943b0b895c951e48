// Saves the picture a button points to, as SVG or PNG. The styles travel with it.
"use strict";
(() => {
  const KEPT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size"];

  function standalone(svg) {
    const copy = svg.cloneNode(true);
    const box = svg.viewBox.baseVal;
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", box.width);
    copy.setAttribute("height", box.height);
    const from = svg.querySelectorAll("*"), to = copy.querySelectorAll("*");
    from.forEach((element, i) => {
      const style = getComputedStyle(element);
      KEPT.forEach((name) => to[i].setAttribute(name, style.getPropertyValue(name)));
    });
    return new XMLSerializer().serializeToString(copy);
  }

  function offer(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function asPng(svg, text) {
    const picture = new Image();
    const box = svg.viewBox.baseVal;
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = box.width * 2;
      canvas.height = box.height * 2;
      const drawing = canvas.getContext("2d");
      drawing.fillStyle = "#ffffff";
      drawing.fillRect(0, 0, canvas.width, canvas.height);
      drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => offer(blob, "predicted.png"));
    };
    picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-save-picture]");
    if (!button) return;
    const svg = document.querySelector(button.dataset.of);
    const text = standalone(svg);
    if (button.dataset.savePicture === "png") asPng(svg, text);
    else offer(new Blob([text], { type: "image/svg+xml" }), "predicted.svg");
  });
})();
