"""What the room answers to what it does not accept: stable codes and their Chinese words. No behaviour."""

REFUSALS = {
    "signal.too_long": "消息过长，未予处理。请刷新页面后重试。",
    "signal.malformed": "消息格式不正确，未予处理。请刷新页面后重试。",
    "signal.not_text": "只接受文本消息。请刷新页面后重试。",
    "signal.hello_first": "连接尚未完成登记。请刷新页面重新进入。",
    "signal.protocol": "页面版本与服务器不一致。请刷新页面。",
    "signal.too_fast": "操作过于频繁，请稍候再试。",
    "signal.too_many_offers": "音视频重新连接过于频繁，正在等待，约十秒后自动重试。",
    "media.offer": "音视频连接请求无法识别。请刷新页面，或换用新版浏览器。",
    "media.codec": "浏览器不支持本系统使用的音视频格式（VP8、Opus）。请换用新版浏览器。",
    "media.not_allowed": "本席位只可旁听，不能发送声音和画面。",
    "room.channel": "本席位听到的就是法庭的声音，不能另选声道。",
    "room.locked": "法庭已关闭您的麦克风。需要发言时请举手，由主持人打开。",
    "room.closed": "本次活动已经结束。",
    "room.full": "席位已满，请联系书记员。",
}
