# О каждой ошибке: что случилось, одним простым предложением, и что делать дальше. Без упрёков и кодов, без текста самого человека.

## Opening and the folder

error-wrong-passphrase = Эта парольная фраза не подходит.
error-wrong-passphrase-next = Проверьте раскладку клавиатуры и Caps Lock, посмотрите, что вы набрали, и попробуйте ещё раз. Попытки ничего не стоят.
error-passphrase-weak = Эту парольную фразу слишком легко угадать.
error-passphrase-weak-next = Добавьте несколько необычных слов или возьмите шесть готовых.
error-vault-in-use = Всё это уже открыто в другом окне.
error-vault-in-use-next = Закройте другое окно и попробуйте ещё раз.
error-vault-exists = В этой папке уже есть дневник или рабочее место.
error-vault-exists-next = Откройте его парольной фразой или выберите другую папку.
error-vault-missing = В этой папке нет ни дневника, ни рабочего места.
error-vault-missing-next = Если всё хранится на флешке или другом диске, подключите его и попробуйте ещё раз.
error-vault-damaged = Часть того, что здесь хранится, повреждена.
error-vault-damaged-next = Не записывайте ничего поверх. Скопируйте папку целиком и возьмите резервную копию, если она есть.
error-key-file-damaged = Файл с ключами повреждён или обрезан.
error-key-file-damaged-next = Верните файл key.age из резервной копии этой папки. Одной парольной фразы мало.
error-folder-not-writable = В эту папку нельзя ничего записать.
error-folder-not-writable-next = Выберите другую папку или попросите разрешить запись в неё.
error-disk-full = На диске кончилось место.
error-disk-full-next = Освободите место и попробуйте ещё раз. Сохранённое раньше не пострадало.
error-disk-failed = Диск не выполнил то, что от него требовалось.
error-disk-failed-next = Проверьте, что он подключён, и попробуйте ещё раз. Если не поможет, скопируйте всю папку на другой диск.
error-read-only = Здесь ничего нельзя изменить: диск защищён от записи.
error-read-only-next = Снимите защиту от записи или скопируйте папку на другой диск.
error-newer-format = Это создано более новой версией Chronicle.
error-newer-format-next = Чтобы открыть, установите новую версию. Ничего не изменилось.

error-passphrase-empty = Парольной фразы нет.
error-passphrase-empty-next = Введите её или возьмите шесть готовых слов.
error-passphrase-too-long = Эта парольная фраза слишком длинная.
error-passphrase-too-long-next = Не больше 1024 байт; шести слов достаточно.
error-passphrase-not-text = Эта парольная фраза — не текст.
error-passphrase-not-text-next = Возьмите текстовый файл в UTF-8, где в единственной строке стоит фраза.
error-no-randomness = Система не даёт случайных чисел.
error-no-randomness-next = Перезагрузите компьютер и попробуйте ещё раз. Ничего не создано.
error-file-unwritable = Файл не удалось записать.
error-file-unwritable-next = Проверьте, что диск подключён и на нём есть место, и попробуйте ещё раз.

error-file-exists = Файл с таким именем уже есть.
error-file-exists-next = Выберите другое имя или другую папку. Ничего не перезаписано.
error-locked = Сейчас всё заблокировано.
error-locked-next = Введите парольную фразу и попробуйте ещё раз.
error-other-kind = Здесь хранится не то: дневник вместо рабочего места или наоборот.
error-other-kind-next = Откройте это как есть или выберите другую папку.

## Incidents and files

error-not-found = Этого здесь больше нет.
error-not-found-next = Вернитесь к списку. Возможно, за это время запись удалили.
error-too-large-item = Этот файл больше 2 ГБ.
error-too-large-item-next = Добавьте часть покороче и напишите в рассказе, где лежит весь файл.
error-too-large-report = Вместе файлы были бы больше 4 ГБ.
error-too-large-report-next = Для остального сделайте вторую запись и скажите в обеих, что они связаны.
error-too-long-report = Само сообщение длиннее, чем вмещает пакет.
error-too-long-report-next = Сократите самые длинные тексты или приложите их файлами.
error-too-many-items = В одной записи может быть не больше 200 файлов.
error-too-many-items-next = Для остального сделайте вторую запись и скажите в обеих, что они связаны.
error-file-unreadable = Этот файл не удалось прочитать.
error-file-unreadable-next = Проверьте, что он на месте и его диск подключён, и добавьте его снова.
error-file-changed = Файл изменился, пока его копировали.
error-file-changed-next = Подождите, пока в него перестанут писать, и добавьте его снова.
error-cancelled = Отменено.
error-cancelled-next = Ничего из этого не сохранилось. Начать заново можно в любой момент.
error-draft-invalid = Ответ на вопрос «{ $field }» нельзя сохранить в таком виде.
error-draft-invalid-next = Взгляните на него ещё раз. Ваш текст на месте.
error-date-broken = В ответе «{ $field }» не получается дата.
error-date-broken-next = Выберите день, месяц и год заново или только то, что знаете.
error-kind-unknown = В ответе «{ $field }» есть код, которого эта версия не знает.
error-kind-unknown-next = Он остался как был. Чтобы заменить его, выберите что-нибудь из списка.
error-text-too-long = Текст в ответе «{ $field }» слишком длинный.
error-text-too-long-next = Сократите его или перенесите часть во вторую запись.
error-not-complete = Перед отправкой ещё не хватает: { $missing }.
error-not-complete-next = Ответьте и возвращайтесь. Написанное сохранено.

error-already-sent = Эта редакция уже запечатана для этой организации.
error-already-sent-next = Сначала что-нибудь измените, тогда начнётся новая редакция. Отправленное уже в пути или принято.

## Organisations and their words

error-invitation-unreadable = Это не приглашение, или часть его потерялась.
error-invitation-unreadable-next = Возьмите файл или текст целиком, от первой строки до последней.
error-invitation-signature = Подпись приглашения неверна: по дороге его изменили или повредили.
error-invitation-signature-next = Не пользуйтесь им. Попросите организацию прислать его ещё раз, другим путём.
error-invitation-expired = Срок этого приглашения истёк.
error-invitation-expired-next = Попросите у организации новое.
error-invitation-newer = Это приглашение создано более новой версией Chronicle.
error-invitation-newer-next = Установите новую версию и прочитайте его снова.
error-organisation-known = Эту организацию вы уже знаете.
error-organisation-known-next = Ей можно отправлять. Делать ничего не нужно.
error-organisation-unknown = Такой организации здесь нет.
error-organisation-unknown-next = Сначала добавьте её по приглашению.
error-organisation-ambiguous = Так называются несколько организаций.
error-organisation-ambiguous-next = Выберите нужную из списка.
error-organisation-closed = Эта организация закрылась и больше ничего не принимает.
error-organisation-closed-next = Выберите другую. То, что вы написали, остаётся здесь.
error-organisation-not-confirmed = Эта организация ещё не подтверждена.
error-organisation-not-confirmed-next = Попросите сотрудника прочитать шесть слов и наберите их.
error-word-unknown = Одного из слов нет в списке.
error-word-unknown-next = Попросите повторить это слово, если нужно — по буквам.
error-words-count = Нужно шесть слов.
error-words-count-next = Попросите сотрудника прочитать их ещё раз, по одному.
error-words-differ = Эти слова не от этого приглашения.
error-words-differ-next = Попросите сотрудника прочитать их ещё раз. Если они снова не сойдутся, приглашение могли подменить: не пользуйтесь им.
error-recipients-none = У организации нет ключа, для которого можно запечатать.
error-recipients-none-next = Попросите у организации новое приглашение.

## The way to the endpoint

error-address-refused = Этот адрес не подходит.
error-address-refused-next = Нужен адрес, который начинается с https, адрес onion или адрес этого компьютера.
error-endpoint-unreachable = Сервер не отвечает.
error-endpoint-unreachable-next = Попытка повторится сама. Если это долго, проверьте соединение.
error-endpoint-refused = Сервер отказал.
error-endpoint-refused-next = Спросите организацию. Запечатанное остаётся здесь.
error-endpoint-full = На сервере кончилось место.
error-endpoint-full-next = Попытка повторится сама. Если это долго, сообщите организации.
error-token-refused = Сервер не принимает этот токен.
error-token-refused-next = Проверьте, что он скопирован целиком, или попросите новый.
error-token-used = Этот токен уже использован.
error-token-used-next = Попросите новый: каждый действует один раз.
error-token-unreadable = Это не токен, или часть его потерялась.
error-token-unreadable-next = Скопируйте его снова, от первой буквы до последней.
error-capability-revoked = Организация отозвала ваше разрешение на отправку.
error-capability-revoked-next = Попросите у неё новое приглашение. Запечатанное остаётся здесь.
error-too-large-for-endpoint = Это больше, чем принимает сервер.
error-too-large-for-endpoint-next = Оставьте какой-нибудь файл здесь и спросите организацию, как передать остальное.
error-receipt-day = На квитанции сервера стоит день, в который его ключ не действует.
error-receipt-day-next = Ничего не пропало. Проверьте дату на этом компьютере; если она верна, попросите организацию обновить профиль.
error-receipt-wrong = Квитанция сервера недействительна, поэтому отправленное не считается принятым.
error-receipt-wrong-next = Ничего не пропало. Сообщите организации: возможно, кто-то стоит между вами и её сервером.
error-hash-mismatch = Дошло не то, что было отправлено.
error-hash-mismatch-next = Отправка начнётся с начала.
error-profile-refused = Новые данные организации не удалось проверить.
error-profile-refused-next = Пока действуют прежние. Спросите организацию.
error-root-changed = У организации сменился корневой ключ.
error-root-changed-next = Ничего не отправляйте, пока сотрудник не прочитает вам шесть новых слов.
error-profile-expired = Срок данных организации истёк.
error-profile-expired-next = Они обновятся при следующем соединении. Если этого не произойдёт, спросите организацию.

error-endpoint-busy = Сервер занят.
error-endpoint-busy-next = Попытка повторится сама.
error-quota-used = Сегодня сервер организации больше ничего от вас не принимает.
error-quota-used-next = Попытка повторится сама.
error-certificate-refused = Сервер не смог доказать, что он тот самый.
error-certificate-refused-next = Ничего не отправлено. Проверьте дату на компьютере и сеть, а если не поможет, сообщите организации.
error-proxy-unreachable = Tor на этом компьютере не отвечает.
error-proxy-unreachable-next = Запустите Tor. Пока его нет, другим путём ничего не пойдёт.
error-tor-needed = До этого адреса можно добраться только через Tor.
error-tor-needed-next = Запустите Tor на этом компьютере и попробуйте ещё раз.
error-network-setup-failed = Не удалось воспользоваться сетью.
error-network-setup-failed-next = Закройте Chronicle, откройте снова и попробуйте ещё раз.
error-receipt-pending = Сервер получил всё и ещё записывает.
error-receipt-pending-next = Программа спросит его снова сама. Принятым считается только то, на что есть квитанция.
error-bundle-refused = Сервер не принимает эту посылку.
error-bundle-refused-next = Ничего не пропало. Отправка ещё несколько раз повторится сама. Если это не поможет, спросите организацию.
error-sealed-damaged = Запечатанная посылка повреждена на этом устройстве.
error-sealed-damaged-next = Запечатайте сообщение снова. То, что вы написали, на месте.
error-outbox-failed = Не удалось прочитать или записать очередь отправки.
error-outbox-failed-next = Проверьте, что диск подключён и на нём есть место, заблокируйте и откройте снова.
error-log-broken = Список посылок на сервере не сходится.
error-log-broken-next = Ничего нового из него не взято. Сообщите тому, кто ведёт сервер.
error-desk-access-refused = Сервер не знает этого рабочего места или больше не пускает его.
error-desk-access-refused-next = Ничего не забрано. Попросите у того, кто ведёт сервер, новый токен сотрудника и подключитесь с ним.
error-log-rolled-back = Сервер вернули к прежнему состоянию: его список посылок не тот, что уже прочитан здесь.
error-log-rolled-back-next = Список прочитан заново с начала, и то, чего здесь ещё не было, забрано. Посылки, пришедшие за это время, могли пропасть с сервера, хотя у отправителей есть квитанция. Спросите того, кто ведёт сервер, с какого дня чего-то не хватает, и попросите тех, кто с тех пор что-то отправлял, отправить это снова.
error-wrong-bytes = Пришла не та посылка, что названа в списке сервера.
error-wrong-bytes-next = Она не взята. Заберите сообщения снова, а если не поможет, сообщите тому, кто ведёт сервер.
error-fetch-cut = Связь прервалась, пока забирали эту посылку.
error-fetch-cut-next = Она остаётся на сервере. Заберите сообщения снова, а если не поможет, сообщите тому, кто ведёт сервер.
error-not-given = Эта посылка есть в списке сервера, но он её не отдаёт.
error-not-given-next = Каждый раз, когда вы забираете сообщения, её просят снова. Если это не помогает, сообщите тому, кто ведёт сервер.
error-listed-size = В списке сервера у этой посылки размер, какого у посылок не бывает.
error-listed-size-next = Она не взята. Сообщите тому, кто ведёт сервер.
error-no-room-for-parcel = На этом диске нет места для этой посылки.
error-no-room-for-parcel-next = Она остаётся на сервере. Освободите место на диске и заберите сообщения снова.
error-receipt-key-missing = В профиле нет ключа квитанций этого сервера.
error-receipt-key-missing-next = Учредите организацию с ключом, который напечатал этот сервер.

## Received parcels

error-bundle-truncated = Посылка пришла не целиком.
error-bundle-truncated-next = Она сохранена. Заберите сообщения снова или попросите отправить её ещё раз.
error-bundle-not-for-us = Посылка запечатана для кого-то другого.
error-bundle-not-for-us-next = Ни один ключ этого рабочего места её не открывает. Она хранится такой, как пришла.
error-bundle-malformed = Посылка устроена не так, как должна.
error-bundle-malformed-next = Её не открывали, она хранится такой, как пришла. Попросите отправить её ещё раз.
error-bundle-signature = Подпись отправителя неверна.
error-bundle-signature-next = Ничего из неё не показано. Спросите отправителя, если знаете, кто это.
error-bundle-hash = Часть посылки не совпадает с её описью.
error-bundle-hash-next = Ничего из неё не показано. Попросите отправить её ещё раз.
error-bundle-padding = Посылка заканчивается не так, как должна.
error-bundle-padding-next = Ничего из неё не показано. Попросите отправить её ещё раз.
error-bundle-newer = Посылку запечатала более новая версия Chronicle.
error-bundle-newer-next = Она сохранена. Чтобы открыть её, установите новую версию.
error-bundle-wrong-organisation = В посылке названа другая организация.
error-bundle-wrong-organisation-next = Ничего из неё не показано. Она хранится такой, как пришла.
error-evidence-damaged = Этот файл повреждён на диске.
error-evidence-damaged-next = Остальное не пострадало. Возьмите его из резервной копии или попросите прислать снова.

## Desk

error-receipt-key-unreadable = Это не ключ квитанций.
error-receipt-key-unreadable-next = Скопируйте весь ключ, который напечатал сервер, от первой буквы до последней.
error-offline-medium-same = Эта папка лежит внутри папки рабочего места.
error-offline-medium-same-next = Выберите флешку или другой диск, чтобы не потерять сразу всё.
error-offline-readback = Записанное на носитель не удалось прочитать обратно.
error-offline-readback-next = Возьмите другой носитель. Организация не учреждена.
error-already-founded = У этого рабочего места уже есть организация.
error-already-founded-next = Для второй организации создайте второе рабочее место в другой папке.
error-not-founded = На этом рабочем месте ещё нет организации.
error-not-founded-next = Сначала учредите её на странице «Организация».
error-not-connected = Это рабочее место ещё не связано с сервером.
error-not-connected-next = Введите токен сотрудника на странице «Организация».

error-name-refused = Это название не подходит.
error-name-refused-next = Возьмите название от 1 до 200 букв в одну строку.
error-offline-medium-used = На этом носителе уже есть ключи организации.
error-offline-medium-used-next = Возьмите другой носитель или пустую папку на нём. Ничего не перезаписано.
error-token-role = Этот токен предназначен не для этого.
error-token-role-next = Рабочее место подключают токеном сотрудника, а в приглашение идёт токен для человека. Спросите того, кто ведёт сервер.

## Everything else

error-not-as-seen = Сообщение изменилось, пока вы его просматривали.
error-not-as-seen-next = Просмотрите ещё раз, что уходит, и отправьте.
error-busy = Ещё не закончено другое дело.
error-busy-next = Подождите, пока оно закончится, и попробуйте ещё раз.
error-internal = Внутри Chronicle что-то пошло не так.
error-internal-next = Попробуйте ещё раз. Если не поможет, заблокируйте, выйдите и откройте окно снова: сохранённое не пострадало.

## Without a window

error-no-terminal = Нужна парольная фраза, а спросить её негде: терминала нет.
error-no-terminal-next = Укажите файл с ней: --passphrase-file FILE.
error-passphrases-differ = Эти две не совпадают.
error-passphrases-differ-next = Попробуйте ещё раз. Ничего не создано.
error-secret-file-unreadable = Файл с секретом не удалось прочесть.
error-secret-file-unreadable-next = Проверьте имя файла и право на чтение.
error-evidence-not-attached = В сообщении описан этот файл, но он не приложен.
error-evidence-not-attached-next = Приложите файл с таким именем или уберите запись о нём из сообщения. Ничего не сохранено.
