# Что есть в сообщении: коды, подписи, время.

## Семейства и виды происшествий. Подписи те же, что в словаре кодов; их сверяет тест.

family-phy = Физическое нападение или столкновение
kind-phy-kill = Убийство или покушение (включая отравление)
kind-phy-assault = Нападение или избиение
kind-phy-abduct = Похищение, исчезновение или попытка
kind-phy-confront = Угрожающая встреча или визит
kind-phy-property = Взлом, поджог или порча имущества
family-wat = Слежка и внедрение
kind-wat-follow = Слежка, наблюдение, съёмка
kind-wat-device = Найден трекер, камера или прослушка
kind-wat-infiltrate = Осведомитель или внедрение в сообщество
family-thr = Угрозы и давление
kind-thr-death = Угроза убийством
kind-thr-harm = Угроза насилия, похищения или сексуального насилия
kind-thr-legal = Угроза уголовным делом, экстрадицией или высылкой
kind-thr-blackmail = Шантаж или вымогательство
kind-thr-lure = Принуждение или уловка: вернуться, поехать, прийти в консульство
kind-thr-recruit = Вербовка: склонение к сотрудничеству или доносительству
family-onl = Атаки в интернете и очернение
kind-onl-spyware = Шпионская программа: подозрение или факт
kind-onl-phish = Фишинг, вредоносная ссылка или файл
kind-onl-account = Взлом или захват аккаунта, SIM-карты, попытка
kind-onl-dox = Публикация личных данных (доксинг)
kind-onl-abuse = Организованная травля в сети
kind-onl-fake = Двойник, фальшивый аккаунт или подделка
kind-onl-takedown = Массовые жалобы, блокировка, атака на сайт или канал
kind-onl-smear = Клевета в государственных или провластных СМИ
family-fam = Давление на родных и близких
kind-fam-detain = Родственник задержан, избит или пострадал
kind-fam-threat = Родственнику угрожали, приходили, допрашивали
kind-fam-public = Родственника заставили отречься или выступить публично
kind-fam-resource = Родственник лишён работы, учёбы, имущества, выплат
kind-fam-travel = Родственнику запрещён выезд или изъят паспорт
kind-fam-assoc = Давление на друга, коллегу, источник, сторонника
family-leg = Уголовные дела, розыск и иски
kind-leg-case = Уголовное дело, обыск или заочный приговор на родине
kind-leg-interpol = Интерпол: красное уведомление или диффузия
kind-leg-regional = Розыск по линии СНГ, ШОС или двусторонний
kind-leg-extradite = Запрос об экстрадиции или суд по нему
kind-leg-list = Внесение в списки террористов, экстремистов, иноагентов
kind-leg-lawsuit = Злоупотребление иском в стране проживания (SLAPP)
kind-leg-finance = Закрытие счёта, заморозка активов, финансовые списки
family-det = Задержание, высылка и передача за рубежом
kind-det-question = Остановка или допрос местной полицией по просьбе другого государства
kind-det-detain = Арест или задержание за рубежом
kind-det-deport = Высылка, выдворение
kind-det-handover = Тайная или насильственная передача другому государству
kind-det-asylum = Отказ в убежище, визе, ВНЖ под внешним давлением
family-mob = Документы, гражданство и поездки
kind-mob-passport = Паспорт аннулирован или объявлен утерянным
kind-mob-consular = Отказ консульства или условия за услугу
kind-mob-citizen = Лишение гражданства или угроза
kind-mob-border = Остановка, досмотр, отказ на границе, досмотр устройства
family-oth = Другое
kind-oth-unsure = Не уверен(а) или что-то другое

## Насколько далеко зашло.

status-completed = Это произошло
status-attempted = Была попытка
status-threatened = Этим угрожали
status-ongoing = Это продолжается
status-unsure = Точно не знаю

## На кого это было направлено.

target-me = Я
target-relative = Родственник
target-friend-or-colleague = Друг или коллега
target-my-organisation = Моя организация
target-other = Кто-то другой

## Каким путём это дошло.

channel-in-person = Лично
channel-phone-call = Телефонный звонок
channel-sms = СМС
channel-messenger = Мессенджер
channel-social-network = Социальная сеть
channel-email = Электронная почта
channel-letter = Письмо на бумаге
channel-official-document = Официальный документ
channel-through-a-relative = Через родственника
channel-news-media = СМИ
channel-other = Другим путём

## Насколько точно известно время.

precision-minute = С точностью до минуты
precision-hour = С точностью до часа
precision-part-of-day = Известно время суток
precision-day = Известен день
precision-month = Известен месяц
precision-year = Известен год
precision-unknown = Неизвестно

## Время суток.

part-of-day-night = Ночь
part-of-day-morning = Утро
part-of-day-afternoon = День
part-of-day-evening = Вечер

## Вместо часового пояса.

zone-unknown = Неизвестен

## Откуда взят часовой пояс.

zone-basis-place = По месту события
zone-basis-device = По этому устройству
zone-basis-stated = Указан прямо
zone-basis-guessed = Предположение

## Сколько раз это было.

often-once = Один раз
often-several = Несколько раз
often-ongoing = Продолжается

## Виды мест и ответы вместо страны.

place-home = Дома
place-relatives-home = Дома у родственника
place-work = На работе
place-street = На улице
place-transport = В транспорте
place-airport-or-border = Аэропорт или граница
place-consulate-or-embassy = Консульство или посольство
place-police-or-court = Полиция или суд
place-event = На мероприятии
place-school = Школа или университет
place-online = В интернете
place-phone = По телефону
place-other = В другом месте
place-in-transit = В пути между странами
place-unknown = Неизвестно

## Кто это мог быть.

actor-unknown = Неизвестно
actor-intelligence = Спецслужба
actor-police = Полиция
actor-border = Пограничная служба
actor-prosecutor-or-court = Прокуратура или суд
actor-consulate = Консульство или посольство
actor-interpol-bureau = Национальное бюро Интерпола
actor-pro-government-media = Государственные или провластные СМИ
actor-hired-or-criminal = Наёмные люди или криминал
actor-online-accounts = Аккаунты в интернете
actor-private-person = Частное лицо

## Откуда это известно.

certainty-seen = Видел(а) или слышал(а)
certainty-told = Мне рассказали
certainty-suspected = Подозреваю
certainty-unknown = Не знаю

## Кого это затронуло.

role-self = Меня
role-relative = Родственника
role-child = Ребёнка
role-colleague = Коллегу
role-group = Группу людей
role-other = Кого-то другого

## Кем они приходятся.

relation-partner = Супруг(а) или партнёр
relation-parent = Мать или отец
relation-child = Сын или дочь
relation-sibling = Брат или сестра
relation-grandparent = Бабушка или дедушка
relation-grandchild = Внук или внучка
relation-in-law = Родня мужа или жены
relation-other-relative = Другой родственник
relation-friend = Друг или подруга
relation-colleague = Коллега
relation-lawyer = Адвокат
relation-source = Источник
relation-other = Кто-то другой

## Возраст.

age-under-12 = До 12 лет
age-12-17 = 12–17 лет
age-18-29 = 18–29 лет
age-30-49 = 30–49 лет
age-50-64 = 50–64 года
age-65-over = 65 лет и старше
age-unknown = Неизвестно

## Знает ли человек об этом сообщении.

knows-yes = Да
knows-no = Нет
knows-unknown = Не знаю

## Согласны ли другие люди.

others-yes = Да
others-no = Нет
others-not-asked = Не спрашивали

## О ком это сообщение.

reporting-self = О себе
reporting-someone-else = О другом человеке

## Согласен ли тот, о ком пишут.

agreement-yes = Да, человек согласен
agreement-no = Нет
agreement-could-not-ask = Спросить не удалось

## Можно ли связаться со свидетелем.

may-contact-yes = Да
may-contact-no = Нет
may-contact-ask-me-first = Сначала спросите меня

## Как связано другое сообщение.

link-earlier = Было раньше
link-later = Было позже
link-same-campaign = Часть той же кампании
link-duplicate = То же происшествие

## Насколько человек в безопасности.

safety-safe = Я в безопасности
safety-not-sure = Не знаю точно
safety-in-danger = Я в опасности

## Как это изменило жизнь.

impact-moved-home = Пришлось переехать
impact-stopped-work-or-posting = Пришлось прекратить работу или публикации
impact-lost-contact = Потеряна связь с людьми
impact-health = Это сказалось на здоровье

## Что нужно человеку.

need-legal = Юридическая помощь
need-medical = Медицинская помощь
need-psychosocial = Психологическая поддержка
need-digital = Помощь с устройствами и аккаунтами
need-relocation = Безопасное место, переезд
need-money = Деньги
need-documents = Документы
need-advocacy = Публичная или дипломатическая поддержка
need-record-only = Только сохранить запись

## Куда уже сообщали.

body-police = Полиция
body-lawyer = Адвокат
body-platform = Онлайн-платформа
body-ngo = Общественная организация
body-un = ООН
body-employer-or-university = Работодатель или университет
body-other = Кто-то другой

## Почему не сообщали.

not-reported-fear = Страшно
not-reported-language = Язык
not-reported-not-useful = Это не поможет
not-reported-did-not-know = Не знаю куда
not-reported-other = Другая причина

## Что можно делать с сообщением.

consent-help = Организация помогает мне и хранит запись
consent-statistics = Анонимная статистика
consent-lawyers = Юристы, которые работают с организацией
consent-host-authorities = Полиция и власти страны, где я живу
consent-international = Органы ООН, ЕС, ОБСЕ и Совета Европы
consent-sanctions-courts = Санкционные и уголовные дела, суды
consent-researchers = Исследователи, без моего имени
consent-media = СМИ и открытые доклады
consent-other-organisations = Другие организации

## Ответы.

answer-yes = Да
answer-no = Нет
answer-ask = Сначала спросите меня

## Под каким именем можно упоминать человека.

identity-name = Под моим именем
identity-pseudonym = Под псевдонимом
identity-none = Без имени

## Сколько хранить сообщение.

keep-1-year = 1 год
keep-3-years = 3 года
keep-10-years = 10 лет
keep-until-i-ask = Пока я не попрошу удалить

## Как можно связаться.

contact-app-only = Только через это приложение
contact-signal = Signal
contact-email = Электронная почта
contact-phone = Телефон
contact-trusted-person = Через человека, которому я доверяю
contact-do-not-contact = Не связываться со мной

## Виды доказательств.

evidence-image = Изображение
evidence-text = Текст
evidence-audio = Звук
evidence-video = Видео
evidence-pdf = PDF
evidence-other = Другой файл

## Как это получено.

obtained-i-took-it = Снято мной
obtained-i-received-it = Прислали мне
obtained-i-screenshotted-it = Снимок экрана сделан мной
obtained-i-exported-it = Выгружено мной
obtained-third-party-gave-me = Мне передали
obtained-downloaded = Скачано мной

## Что известно о манифесте происхождения.

c2pa-absent = Нет
c2pa-valid = Верный
c2pa-invalid = Неверный
c2pa-not-checked = Не проверялся

## По чьим часам.

clock-system = По этому устройству
clock-stated = Со слов человека

## О чём предупредить перед просмотром.

sensitivity-none = Ничего особенного
sensitivity-graphic = Травмы или насилие
sensitivity-intimate = Личное, интимное
sensitivity-third-party-faces = Лица других людей
sensitivity-personal-data = Личные данные

## Как скоро нужно посмотреть.

urgency-now = Срочно
urgency-soon = Скоро
urgency-normal = Обычно

## Заголовки и подписи строк сообщения.

field-what = Что произошло
field-when = Когда
field-where = Где
field-actors = Кто может за этим стоять
field-affected = Кого это затронуло
field-reporting-for = О ком это сообщение
field-witnesses = Свидетель
field-safety = Безопасность
field-impact = Что изменилось
field-needs = Какая помощь нужна
field-reported-to = Куда уже сообщали
field-not-reported = Никуда не сообщали
field-evidence = Доказательство
field-missing-evidence = Доказательства в другом месте
field-related = Связанное сообщение
field-consent = Согласие
field-contact = Связь
field-report-id = Номер сообщения
field-rest = Из более новой версии
field-types = Виды происшествия
field-narrative = Записи или файл
field-country = Страна
field-other = Другое поле
field-what-types-code = Вид
field-what-types-label = Своими словами
field-what-types-status = Насколько далеко зашло
field-what-types-target = На кого направлено
field-what-narrative = Записи
field-what-narrative-lang = Язык записей
field-what-channel = Каким путём
field-when-edtf = Время
field-when-local-time = Время суток
field-when-time-precision = Насколько точно известно
field-when-tz = Часовой пояс
field-when-tz-basis = Откуда часовой пояс
field-when-repeated-how = Сколько раз
field-when-repeated-count = Количество раз
field-when-repeated-since = Продолжается с
field-when-noticed = Когда об этом стало известно
field-when-earliest-utc = Не раньше (UTC, вычислено)
field-when-latest-utc = Не позже (UTC, вычислено)
field-where-country = Страна
field-where-text = Место
field-where-kind = Вид места
field-where-geo-lat = Широта
field-where-geo-lon = Долгота
field-where-geo-radius-m = С точностью до, метров
field-where-geo-exportable = Точку можно передавать
field-actors-kind = Кто это
field-actors-acting-state = Государство, которому это может быть нужно
field-actors-assisting-state = Государство, которое помогло
field-actors-name = Имя
field-actors-handles = Аккаунт или номер
field-actors-description = Описание
field-actors-basis = Почему я так думаю
field-actors-certainty = Откуда я знаю
field-affected-role = Кто
field-affected-relation = Кем приходится
field-affected-alias = Имя или обозначение
field-affected-age-band = Возраст
field-affected-country = Страна
field-affected-knows-of-report = Знает об этом сообщении
field-affected-consents = Согласие
field-reporting-for-who = Написано
field-reporting-for-agreed = Согласие человека
field-witnesses-alias = Имя или обозначение
field-witnesses-knows = Что знает
field-witnesses-can-be-contacted = Можно связаться
field-safety-now = Сейчас
field-safety-deadline = Крайний срок
field-safety-deadline-reason = Что это за день
field-impact-marks = Что изменилось
field-impact-text = Своими словами
field-reported-to-body = Кому
field-reported-to-country = Страна
field-reported-to-date = Дата
field-reported-to-reference = Номер дела или обращения
field-reported-to-result = Чем кончилось
field-not-reported-reason = Причина
field-not-reported-text = Своими словами
field-related-report-id = Номер сообщения
field-related-link = Как связано
field-consent-help = Разрешение помочь вам
field-consent-purposes = Другая цель
field-consent-identity = Имя
field-consent-exact-place = Точное место можно передавать
field-consent-publish-evidence = Доказательства можно публиковать
field-consent-others = Согласие других людей на материалах
field-consent-keep-until = Хранить
field-consent-date = Дата выбора
field-consent-text-version = Версия показанного текста
field-consent-language = Язык показанного текста
field-contact-mode = Как связаться
field-contact-address = Номер или адрес
field-contact-safe-times = Безопасное время
field-contact-language = Язык
field-contact-code-phrase = Условная фраза
field-contact-interpreter = Нужен переводчик
field-evidence-original-name = Имя файла
field-evidence-caption = Что на нём
field-evidence-kind = Вид
field-evidence-media-type = Тип данных
field-evidence-size = Размер в байтах
field-evidence-sha256 = SHA-256
field-evidence-sensitivity = Перед просмотром
field-evidence-obtained-how = Как получено
field-evidence-obtained-at = Когда получено
field-evidence-obtained-tz = Часовой пояс
field-evidence-obtained-from = От кого
field-evidence-url = Адрес в интернете
field-evidence-captured-at = Когда это там видели
field-evidence-language = Язык
field-evidence-file-times = Время файла
field-evidence-embedded-metadata = Данные внутри файла
field-evidence-c2pa-present = Манифест происхождения
field-evidence-imported-at-local = Добавлено (местное время)
field-evidence-imported-at-tz = Часовой пояс устройства
field-evidence-imported-at-utc = Добавлено (UTC)
field-evidence-imported-at-clock-source = По каким часам
field-evidence-imported-at-clock-difference-s = Разница с часами организации, секунд
field-evidence-tool-name = Чем добавлено
field-evidence-tool-version = Версия
field-evidence-tool-build = Сборка
field-evidence-derived-from = Сделано из
field-evidence-id = Номер доказательства

## Время. $date, $from, $to — даты ISO; $part, $clock, $zone могут быть "none".

time-not-answered = Не указано
time-unknown = Неизвестно когда
time-as-written = { $text }
time-day =
    { $about ->
        [yes] {"около "}
       *[no] {""}
    }{ DAY($date) }{ $sure ->
        [no] {", день не точный"}
       *[yes] {""}
    }{ $part ->
        [night] {", ночью"}
        [morning] {", утром"}
        [afternoon] {", днём"}
        [evening] {", вечером"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", около "}
           *[no] {", в "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (часовой пояс неизвестен)"}
       *[other] {" ("}{ $zone }{")"}
    }
time-month =
    { $about ->
        [yes] примерно { MONTH($date) }
       *[no] в { MONTH($date, case: "in") }
    }{ $sure ->
        [no] {", месяц не точный"}
       *[yes] {""}
    }{ $part ->
        [night] {", ночью"}
        [morning] {", утром"}
        [afternoon] {", днём"}
        [evening] {", вечером"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", около "}
           *[no] {", в "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (часовой пояс неизвестен)"}
       *[other] {" ("}{ $zone }{")"}
    }
time-year =
    { $about ->
        [yes] примерно { MONTH($date) } г.
       *[no] когда-то в { MONTH($date) } г.
    }{ $sure ->
        [no] {", год не точный"}
       *[yes] {""}
    }{ $part ->
        [night] {", ночью"}
        [morning] {", утром"}
        [afternoon] {", днём"}
        [evening] {", вечером"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", около "}
           *[no] {", в "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (часовой пояс неизвестен)"}
       *[other] {" ("}{ $zone }{")"}
    }
time-between =
    { $span ->
        [month] с { $from_day } по { DAY($to) }
        [year] с { DAY($from, year: "no") } по { DAY($to) }
       *[none] { $from_is ->
            [day] { DAY($from) }
            [month] { MONTH($from) }
           *[year] { MONTH($from) } г.
        } — { $to_is ->
            [day] { DAY($to) }
            [month] { MONTH($to) }
           *[year] { MONTH($to) } г.
        }
    }{ $about ->
        [yes] {", примерно"}
       *[no] {""}
    }{ $sure ->
        [no] {", не точно"}
       *[yes] {""}
    }{ $part ->
        [night] {", ночью"}
        [morning] {", утром"}
        [afternoon] {", днём"}
        [evening] {", вечером"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", около "}
           *[no] {", в "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (часовой пояс неизвестен)"}
       *[other] {" ("}{ $zone }{")"}
    }
time-since =
    { $from_is ->
        [day] с { DAY($from) }
        [month] { MONTH($from) } и далее
       *[year] с { MONTH($from) } г.
    }{ $about ->
        [yes] {", примерно"}
       *[no] {""}
    }{ $goes_on ->
       *[yes] {", продолжается"}
        [no] {", конец неизвестен"}
    }{ $sure ->
        [no] {", не точно"}
       *[yes] {""}
    }{ $part ->
        [night] {", ночью"}
        [morning] {", утром"}
        [afternoon] {", днём"}
        [evening] {", вечером"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", около "}
           *[no] {", в "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (часовой пояс неизвестен)"}
       *[other] {" ("}{ $zone }{")"}
    }
time-until =
    { $to_is ->
        [day] { DAY($to) }
        [month] { MONTH($to) }
       *[year] { MONTH($to) } г.
    } или раньше{ $about ->
        [yes] {", примерно"}
       *[no] {""}
    }{ $sure ->
        [no] {", не точно"}
       *[yes] {""}
    }{ $part ->
        [night] {", ночью"}
        [morning] {", утром"}
        [afternoon] {", днём"}
        [evening] {", вечером"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", около "}
           *[no] {", в "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (часовой пояс неизвестен)"}
       *[other] {" ("}{ $zone }{")"}
    }

## Что может быть не так с сообщением и что делать дальше.

error-report-not-json = Этот файл не сообщение: не читается строка { $line }, знак { $column }.
error-report-not-json-next = Проверьте файл в этом месте или создайте его заново по образцу.
error-report-name-twice = В сообщении дважды стоит одно имя: { $field }.
error-report-name-twice-next = Оставьте одно из двух.
error-report-wrong-shape = В поле не то, что оно может содержать: { $field }.
error-report-wrong-shape-next = Сравните с образцом.
error-report-code-unknown = Код «{ $code }» неизвестен ({ $field }).
error-report-code-unknown-next = Выберите из списка.
error-report-time = Это не время суток ({ $field }).
error-report-time-next = Напишите в виде 21:30 или выберите время суток.
error-report-zone = Такого часового пояса нет ({ $field }).
error-report-zone-next = Выберите из списка или «неизвестен».
error-report-country = «{ $code }» — не код страны ({ $field }).
error-report-country-next = Выберите страну или «неизвестно».
error-report-out-of-range = Такого числа быть не может ({ $field }).
error-report-out-of-range-next = Проверьте число.
error-report-too-long = Текст слишком длинный: знаков { $length }, помещается { $most } ({ $field }).
error-report-too-long-next = Сократите или приложите остальное файлом.
error-report-too-many = Слишком много записей: { $count }, помещается { $most } ({ $field }).
error-report-too-many-next = Уберите лишние или начните второе сообщение.
error-report-too-large = Сообщение слишком большое: { $size } байт, помещается { $most }.
error-report-too-large-next = Сократите самые длинные тексты или приложите их файлом.
error-report-control = В тексте есть невидимые знаки ({ $field }).
error-report-control-next = Наберите его заново или вставьте как простой текст.
error-report-hash = Это не SHA-256 ({ $field }).
error-report-hash-next = Приложите файл ещё раз.
error-report-people = Имена и контакты не подходят к этому сообщению.
error-report-people-next = Попросите отправителя прислать сообщение ещё раз.
error-date-form = Это не дата.
error-date-form-next = Напишите в виде 2026-03-14, 2026-03 или 2026 либо выберите «неизвестно».
error-date-year = Такого года быть не может.
error-date-year-next = Возможны годы с 1900 по 2199.
error-date-month = Такого месяца нет.
error-date-month-next = Месяцы — от 01 до 12.
error-date-day = В этом месяце нет такого дня.
error-date-day-next = Проверьте день или укажите только месяц.
error-date-unspecified = X может стоять только вместо последних цифр.
error-date-unspecified-next = Напишите в виде 2026-08-1X, 2026-XX или 202X.
error-date-order = Конец раньше начала.
error-date-order-next = Исправьте обе даты.
error-date-nothing = Здесь нет даты.
error-date-nothing-next = Укажите хотя бы одну из двух или выберите «неизвестно».
